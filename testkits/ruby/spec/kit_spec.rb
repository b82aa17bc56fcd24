# frozen_string_literal: true

require "open3"
require "socket"
require_relative "../lib/bacasable/rspec"

RSpec.describe Bacasable, :bacasable do
  person = "/r2p/v1/personne/3990000101192"

  it "finds a person" do
    answer = JSON.parse(partner("editeur-demo").call(person).body)
    expect(answer.dig("personnePhysique", "etatCivil", "lbNomNaissance")).to eq "VALBRUNE"
  end

  it "finds a person with Faraday" do
    begin
      require "faraday"
    rescue LoadError
      skip "Faraday is not installed"
    end
    one = partner("editeur-demo")
    answer = Faraday.new(one.gateway, ssl: one.ssl, proxy: nil).get(person, nil, one.headers)
    expect(JSON.parse(answer.body).dig("personnePhysique", "etatCivil", "lbNomNaissance")).to eq "VALBRUNE"
  end

  it "has all that a client needs of a partner" do
    one = partner("banque-horizon")
    expect(one.siret).to match(/\A\d{14}\z/)
    expect([one.consumer_key, one.consumer_secret]).to eq ["banque-horizon", "secret-banque-horizon"]
    store = OpenSSL::PKCS12.new(File.binread(one.p12), one.p12_password)
    expect(store.certificate.to_pem).to eq File.read(one.certificate)
  end

  it "lets a token expire with the clock" do
    one = partner("editeur-demo")
    headers = one.headers
    expect(one.call(person, headers: headers).code).to eq "200"
    sandbox.clock.advance("PT61M")
    expect(one.call(person, headers: headers).code).to eq "401"
    expect(sandbox.explain.first).to match(/\Aediteur-demo r2p .*401 900901.*control technical-id: /)
  end

  it "puts the clock back" do
    expect(sandbox.order("GET", "clock")["offset_seconds"].abs).to be <= 1
  end

  it "has an expired token refused" do
    token = sandbox.token("editeur-demo", expires_in: -10)
    expect(partner.call(person, headers: { "Authorization" => "Bearer #{token}" }).code).to eq "401"
  end

  it "exhausts a quota" do
    sandbox.clock.freeze # a quota is that of a minute, and this one does not end
    sandbox.quota.exhaust("editeur-demo", "r2p")
    expect(partner.call(person).code).to eq "429"
    expect { sandbox.quota.exhaust("mutuelle-etatcivil", "ficoba") }
      .to raise_error(Bacasable::ConsoleError, "mutuelle-etatcivil has no convention for ficoba")
  end

  it "strikes once with a fault" do
    sandbox.fault({ code: "303001" }, api: "r2p")
    expect([partner.call(person).code, partner.call(person).code]).to eq %w[500 200]
  end

  it "has a faulty certificate refused" do
    headers = partner("editeur-demo").headers
    expect(partner("editeur-demo", certificate: "expired").call(person, headers: headers).code).to eq "401"
    expect(sandbox.explain.first).to include "control certificate"
  end

  it "says why an order cannot be obeyed" do
    expect { sandbox.clock.set("2026-02-30T10:00:00Z") }.to raise_error(Bacasable::ConsoleError, %r{422.*/now})
  end

  it "gives orders that the console knows, with every word" do
    sandbox.clock.set("2026-11-22T10:00:00Z")
    expect(sandbox.clock.freeze).to eq sandbox.clock.now
    sandbox.quota.set("editeur-demo", "r2p", 3)
    sandbox.reset(only: ["tokens"])
    expect(sandbox.quota.of("editeur-demo", "r2p")["used"]).to eq 3
    sandbox.reset(partner: "editeur-demo")
    expect(sandbox.quota.of("editeur-demo", "r2p")["used"]).to eq 0
    sandbox.clock.reset
    expect(sandbox.order("GET", "clock")["frozen"]).to be false
    expect(sandbox.amend("editeur-demo", state: "suspended")["state"]).to eq "suspended"
  end

  it "names a port that is taken" do
    taken = TCPServer.new("127.0.0.1", 0)
    address = "127.0.0.1:#{taken.addr[1]}"
    expect { Bacasable::Sandbox.new(settings: { "gateway.listen" => address }) }
      .to raise_error(Bacasable::SandboxDied, /gateway.listen: cannot listen on #{address}/)
    taken.close
  end

  it "names a certs folder that cannot be written, and keeps one that can" do
    Dir.mktmpdir("kit-") do |folder|
      File.write("#{folder}/file", "")
      expect { Bacasable::Sandbox.new(settings: { certs: "#{folder}/file/certs" }) }
        .to raise_error(Bacasable::SandboxDied, %r{#{folder}/file/certs})
      Bacasable::Sandbox.new(settings: { certs: "#{folder}/certs" }).stop
      expect(File).to exist("#{folder}/certs/ca.pem")
    end
  end

  it "keeps two servers at once apart" do
    other = Bacasable::Sandbox.new
    other.clock.freeze
    other.quota.exhaust("editeur-demo", "r2p")
    expect([other.partner.call(person).code, partner.call(person).code]).to eq %w[429 200]
    other.stop
  end

  it "names a setting that is refused" do
    expect { Bacasable::Sandbox.new(settings: { population: "plenty" }) }
      .to raise_error(Bacasable::SandboxDied, /ended with code 2.*--population/m)
  end

  it "names a program that is not there" do
    expect { Bacasable::Sandbox.new(binary: "/nowhere/bacasable") }
      .to raise_error(Bacasable::SandboxDied, %r{\A/nowhere/bacasable cannot be started})
  end

  it "reports a server that dies at once with its last lines" do
    own = Bacasable::Sandbox.new
    Process.kill(:KILL, own.pid)
    expect { 100.times { own.reset } }.to raise_error(Bacasable::SandboxDied, /ended with signal 9; the last lines of its log:/)
    own.stop
    expect(File).not_to exist(own.certs)
  end

  it "shares a running server" do
    shared = Bacasable::Sandbox.new(binary: "#{sandbox.console},#{sandbox.gateway}")
    expect(shared.partner("editeur-demo").call(person).code).to eq "200"
    shared.stop
    expect(File).not_to exist(shared.certs)
    expect(partner.call(person).code).to eq "200"
  end

  it "leaves nothing behind when a run is killed" do
    library = File.expand_path("../lib/bacasable/sandbox", __dir__)
    script = "require #{library.inspect}; own = Bacasable::Sandbox.new; puts [own.pid, own.certs].join(' '); $stdout.flush; sleep"
    input, output, run = Open3.popen2("ruby", "-e", script)
    pid, folder = output.gets.split
    Process.kill(:KILL, run.pid)
    running = -> { File.exist?("/proc/#{pid}/stat") && File.read("/proc/#{pid}/stat")[/.*\) (.)/, 1] != "Z" }
    1500.times { File.exist?(folder) || running.call ? sleep(0.02) : break }
    expect(File.exist?(folder) || running.call).to be false
    input.close
  end

  it "explains a failed example in its report" do
    said, = Open3.capture2e("rspec", "--no-color", "--options", File::NULL, File.expand_path("fails/fails.rb", __dir__))
    expect(said).to match(/expected: "200".*bacasable: refused and failed requests\n\s+.*403 900805.*control address: /m)
  end
end
