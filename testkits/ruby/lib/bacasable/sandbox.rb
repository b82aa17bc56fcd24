# frozen_string_literal: true

require "json"
require "net/http"
require "uri"
require_relative "partner"
require_relative "server"

module Bacasable
  # The console refuses an order; the message says why.
  class ConsoleError < StandardError; end

  # A running server, and what a test orders of it through its console (docs/console.md of bacasable).
  class Sandbox
    attr_reader :gateway, :console, :certs, :clock, :quota, :pid

    # A server of one's own, or the running one that BACASABLE names as CONSOLE_URL[,GATEWAY_URL].
    def initialize(binary: nil, fixtures: nil, settings: {})
      named = (binary || ENV.fetch("BACASABLE", "")).to_s
      if named.match?(%r{\Ahttps?://})
        console, gateway = named.split(",", 2)
        @console = console.chomp("/")
        @gateway = (gateway || "https://#{URI(console).host}:8443").chomp("/")
        @certs = Dir.mktmpdir("bacasable-")
      else
        @server = Server.new(binary: binary, fixtures: fixtures, settings: settings)
        @console, @gateway, @certs, @pid = @server.console, @server.gateway, @server.certs, @server.pid
      end
      @clock = Clock.new(self)
      @quota = Quota.new(self)
      @partners = {}
    end

    # A partner; with certificate: "expired" and the like, one that shows a faulty certificate.
    def partner(id = "editeur-demo", certificate: nil)
      @partners[[id, certificate]] ||= Partner.new(self, id, certificate ? "invalid/#{certificate}" : id)
    end

    # A token minted by the console: scopes: [...], expires_in: -10 for one that has expired.
    def token(partner = "editeur-demo", **order)
      order("POST", "tokens", { partner: partner, **order })["access_token"]
    end

    # The next calls that match (api:, operation:, partner:, criteria:) end like this; the id of the order.
    def fault(outcome, times: 1, **match)
      order("POST", "faults", { match: match, outcome: outcome, times: times })["id"]
    end

    # Changes a convention until the next reset.
    def amend(partner, **patch)
      order("PATCH", "conventions/#{partner}", patch)
    end

    # Everything as at the start, or only: [...], or partner: ...
    def reset(**what)
      order("POST", "reset", what)
      @partners.each_value(&:forget)
    end

    # The entries, oldest first: partner:, api:, operation:, status:, code:, control:, correlation_id:, limit:.
    def journal(**filters)
      order("GET", "journal?#{URI.encode_www_form(filters)}")["entries"]
    end

    # What the journal says of refused and failed requests, one line each.
    def explain(**filters)
      journal(**filters).select { |entry| (entry["status"] || 500) >= 400 }.map { |entry| told(entry) }
    end

    # An order to the admin API, or a question.
    def order(method, path, body = nil)
      read(method, "/admin/v1/#{path}", body)
    end

    def read(method, path, body = nil)
      address = URI(@console)
      request = Net::HTTPGenericRequest.new(method, !body.nil?, true, path)
      if body
        request.body = JSON.generate(body)
        request["Content-Type"] = "application/json"
      end
      answer = Net::HTTP.start(address.host, address.port, nil, read_timeout: 30) { |http| http.request(request) }
      raise ConsoleError, "#{method} #{path}: #{answer.code} #{answer.body}" if answer.code.to_i >= 400

      JSON.parse(answer.body)
    rescue SystemCallError, IOError, Net::OpenTimeout, Net::ReadTimeout => e
      raise SandboxDied, @server ? @server.epitaph : "#{@console}: #{e.message}"
    end

    # Ends the server, if it is of our own, and leaves nothing behind.
    def stop
      @server ? @server.stop : FileUtils.rm_rf(@certs)
    end

    private

    def told(entry)
      refused = (entry["controls"] || []).select { |control| control["verdict"] == "refused" }
      why = refused.map { |control| "control #{control["control"]}: #{control["reason"]}" }.join("; ")
      why = entry["note"].to_s if why.empty?
      what = entry.values_at("partner", "api", "operation", "status", "code").compact.join(" ")
      "#{what} [#{entry["correlation_id"]}]#{": #{why}" unless why.empty?}"
    end
  end

  # The server's clock.
  class Clock
    def initialize(sandbox)
      @sandbox = sandbox
    end

    def now
      @sandbox.order("GET", "clock")["now"]
    end

    def set(now)
      @sandbox.order("PUT", "clock", { now: now })["now"]
    end

    # By an ISO 8601 duration: PT61M.
    def advance(duration)
      @sandbox.order("PUT", "clock", { advance: duration })["now"]
    end

    def freeze
      @sandbox.order("PUT", "clock", { frozen: true })["now"]
    end

    def reset
      @sandbox.order("DELETE", "clock")
    end
  end

  # How many calls of this minute count as admitted.
  class Quota
    def initialize(sandbox)
      @sandbox = sandbox
    end

    def of(partner, api)
      line = @sandbox.order("GET", "quotas?partner=#{partner}").find { |one| one["api"] == api.to_s }
      line || raise(ConsoleError, "#{partner} has no convention for #{api}")
    end

    def set(partner, api, used)
      @sandbox.order("PUT", "quotas", { partner: partner, api: api, used: used })
    end

    # The next call of this minute is refused with 429.
    def exhaust(partner, api)
      set(partner, api, of(partner, api)["limit"])
    end
  end
end
