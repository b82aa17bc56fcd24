# frozen_string_literal: true

require "fileutils"
require "open3"
require "tmpdir"

module Bacasable
  # The server is not there any more; the message has the last lines of its log.
  class SandboxDied < StandardError; end

  # A server of one's own. It ends with this process, however that ends: it watches its standard input.
  class Server
    attr_reader :certs, :gateway, :console, :pid

    def initialize(binary: nil, fixtures: nil, settings: {})
      program = self.class.find(binary)
      options = { "gateway-listen" => "127.0.0.1:0", "console-listen" => "127.0.0.1:0", "log-level" => "warn" }
      options["fixtures"] = fixtures if fixtures
      settings.each { |key, value| options[key.to_s.tr("._", "--")] = value }
      # A certs folder that the settings name is the caller's: it stays.
      @scratch = Dir.mktmpdir("bacasable-") unless options["certs"]
      @certs = (options["certs"] ||= @scratch).to_s
      command = [program, "serve", "--parent-watch", *("--discard-certs" if @scratch)]
      start(command + options.map { |key, value| "--#{key}=#{value}" })
      @gateway, @console = first_line.match(/\Aready gateway=(\S+) console=(\S+)/)&.captures
      return if @gateway

      stop
      raise SandboxDied, epitaph
    end

    # How it ended, with the last lines of its log.
    def epitaph
      how = @ended.join(0.2) ? ended_with(@ended.value) : "does not answer"
      @logging.join(1) unless @ended.alive?
      lines = @log.empty? ? ["(none)"] : @log
      ["bacasable #{how}; the last lines of its log:", *lines].join("\n  ")
    end

    def stop
      @stdin.close
      Process.kill(:KILL, @pid) unless @ended.join(10)
      @ended.join
      @stdout.close
      FileUtils.rm_rf(@scratch) if @scratch # the server does it itself unless it was killed
    end

    # The program: as given, of the variable BACASABLE, or of the path.
    def self.find(binary)
      given = binary || ENV.fetch("BACASABLE", "")
      return given.to_s unless given.to_s.empty?

      name = Gem.win_platform? ? "bacasable.exe" : "bacasable"
      found = ENV.fetch("PATH", "").split(File::PATH_SEPARATOR).map { |folder| File.join(folder, name) }.find { |file| File.executable?(file) }
      found || raise(SandboxDied, "bacasable is not installed: put its program on PATH or into the variable BACASABLE, or name a " \
                                  "running server there (BACASABLE=http://localhost:8080,https://localhost:8443)")
    end

    private

    def start(command)
      @stdin, @stdout, stderr, @ended = Open3.popen3(*command)
      @pid = @ended.pid
      @log = []
      @logging = Thread.new do
        stderr.each_line { |line| (@log << line.chomp).shift(@log.size > 20 ? 1 : 0) }
      end
    rescue SystemCallError => e
      FileUtils.rm_rf(@scratch) if @scratch
      raise SandboxDied, "#{command.first} cannot be started: #{e.message}"
    end

    def first_line
      @stdout.wait_readable(30) ? @stdout.gets.to_s : ""
    end

    def ended_with(status)
      status.signaled? ? "ended with signal #{status.termsig}" : "ended with code #{status.exitstatus}"
    end
  end
end
