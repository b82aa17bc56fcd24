# frozen_string_literal: true

require "fileutils"
require "json"
require "net/http"
require "openssl"
require "securerandom"
require "uri"

module Bacasable
  # A partner: its certificate, its identity, and what the HTTP libraries want of them. Paths are those of files.
  class Partner
    attr_reader :id, :gateway, :siret, :consumer_key, :consumer_secret, :ca, :certificate, :key, :p12, :p12_password

    def initialize(sandbox, id, path)
      bundle = sandbox.read("GET", "/certs/clients/#{path}.json")
      own = bundle["partner"] == id ? bundle : sandbox.read("GET", "/certs/clients/#{id}.json")
      @sandbox, @id, @gateway, @tokens = sandbox, id, sandbox.gateway, {}
      @siret, @consumer_key, @consumer_secret = own.values_at("siret", "consumer_key", "consumer_secret")
      @p12_password = bundle["pkcs12_password"]
      @ca = file("ca.pem", bundle["ca"])
      @certificate = file("clients/#{path}.pem", bundle["certificate"])
      @key = file("clients/#{path}.key", bundle["key"])
      @p12 = file("clients/#{path}.p12", bundle["pkcs12"].unpack1("m"))
    end

    # Faraday's ssl option: Faraday.new(partner.gateway, ssl: partner.ssl).
    def ssl
      { ca_file: ca, client_cert: openssl_certificate, client_key: openssl_key, verify: true }
    end

    # Options of Net::HTTP.start.
    def net_http
      { use_ssl: true, ca_file: ca, cert: openssl_certificate, key: openssl_key, read_timeout: 30 }
    end

    # A token from the token endpoint, asked for once until the next reset; all the convention's scopes by default.
    def token(scope = nil)
      @tokens[scope] ||= obtain(scope)
    end

    # What a call needs: a token, and a new X-Correlation-ID.
    def headers
      { "Authorization" => "Bearer #{token}", "X-Correlation-ID" => SecureRandom.uuid }
    end

    # One call: a path of the gateway; Net::HTTP's answer.
    def call(path, method: "GET", headers: {}, body: nil)
      own = headers.key?("Authorization") ? { "X-Correlation-ID" => SecureRandom.uuid } : self.headers
      send_request(method, path, own.merge(headers), body)
    end

    def forget
      @tokens = {}
    end

    private

    def openssl_certificate
      OpenSSL::X509::Certificate.new(File.read(certificate))
    end

    def openssl_key
      OpenSSL::PKey.read(File.read(key))
    end

    def send_request(method, path, headers, body)
      address = URI(gateway)
      request = Net::HTTPGenericRequest.new(method, !body.nil?, true, path, headers)
      request.body = body if body
      Net::HTTP.start(address.host, address.port, nil, **net_http) { |http| http.request(request) }
    end

    def obtain(scope)
      scope ||= (@sandbox.order("GET", "conventions/#{id}")["scopes"] || []).join(" ")
      form = { grant_type: "client_credentials" }
      form[:scope] = scope unless scope.empty?
      credentials = ["#{consumer_key}:#{consumer_secret}"].pack("m0")
      headers = { "Authorization" => "Basic #{credentials}", "Content-Type" => "application/x-www-form-urlencoded" }
      answer = send_request("POST", "/token", headers, URI.encode_www_form(form))
      raise "POST /token: #{answer.code} #{answer.body}" unless answer.code == "200"

      JSON.parse(answer.body)["access_token"]
    end

    # A file of the certs folder, as a path: written where the server has none.
    def file(name, contents)
      path = File.join(@sandbox.certs, name)
      unless File.exist?(path)
        FileUtils.mkdir_p(File.dirname(path))
        File.open(path, "wb", 0o600) { |file| file.write(contents) }
      end
      path
    end
  end
end
