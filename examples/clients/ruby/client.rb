# frozen_string_literal: true

# A client of the DGFiP's API gateway: mutual TLS, one token for many calls, a correlation identifier per request, patience.
# Copy it into your project and make it yours; it needs nothing but Ruby's own library.

require 'json'
require 'net/http'
require 'openssl'
require 'securerandom'
require 'time'

# An answer that is not 2xx: quote its correlation identifier when you ask for help.
class ApiError < StandardError
  attr_reader :status, :code, :correlation_id

  def initialize(response)
    body = begin
      JSON.parse(response.body)
    rescue JSON::ParserError # a maintenance page, say
      {}
    end
    fault = body['erreur'] || body
    @status = response.code.to_i
    @code = fault['code'] || fault['error']
    @correlation_id = response['X-Correlation-ID']
    message = fault['message'] || fault['error_description'] || response.body.to_s[0, 200]
    super("#{@status} #{@code}: #{message} (X-Correlation-ID #{@correlation_id})")
  end
end

class Client
  R2P_SCOPES = 'api_r2p_recherche_personne_physique api_r2p_resolution_spi'
  LONGEST_WAIT = 90 # seconds; the gateway counts by the minute

  attr_reader :tokens_obtained
  attr_writer :sleep

  def initialize(gateway:, certs:, partner:, secret:, siret:, scope: R2P_SCOPES)
    @partner, @secret, @siret, @scope = partner, secret, siret, scope
    @tokens_obtained = 0
    @lock = Mutex.new
    @sleep = Kernel.method(:sleep)
    url = URI(gateway)
    @http = Net::HTTP.new(url.host, url.port, nil) # nil: no proxy from the environment
    @http.use_ssl = true
    @http.ca_file = "#{certs}/ca.pem"
    @http.cert = OpenSSL::X509::Certificate.new(File.read("#{certs}/clients/#{partner}.pem"))
    @http.key = OpenSSL::PKey.read(File.read("#{certs}/clients/#{partner}.key"))
    @http.open_timeout, @http.read_timeout, @http.keep_alive_timeout = 5, 30, 60
    @http.start # keeps the connection open
  end

  # A FICOBA search: numCpte, spi, siretSiren, perPhy, perPro, verifIban or multiDet.
  def ficoba(search, motif:, justification:, criteria:)
    call Net::HTTP::Post, "/fcb-masrestit/api/v2/comptes/#{search}",
         dateDemande: Time.now.utc.strftime('%F'), motif: motif, siretDemandeur: @siret,
         justification: justification, criteresRecherche: criteria
  end

  # The person that R2P knows under this SPI.
  def person(spi) = call(Net::HTTP::Get, "/r2p/v1/personne/#{spi}")

  # One call: a refused token is renewed once, a used-up minute is waited for once.
  def call(verb, path, body = nil)
    renewed = waited = false
    loop do
      refused = token
      response = send_request(verb, path) do |request|
        request['Authorization'] = "Bearer #{refused}"
        request['Content-Type'] = 'application/json' if body
        request.body = JSON.generate(body) if body
      end
      case response
      when Net::HTTPSuccess then return JSON.parse(response.body)
      when Net::HTTPUnauthorized
        raise ApiError, response if renewed

        renewed = true
        forget(refused)
      when Net::HTTPTooManyRequests
        pause = patience(response)
        raise ApiError, response if waited || pause.nil?

        waited = true
        @sleep.call(pause)
      else raise ApiError, response
      end
    end
  end

  # The token in force, or a new one a minute before that one expires.
  def token
    @lock.synchronize do
      if @token.nil? || now > @expires
        response = send_request(Net::HTTP::Post, '/token') do |request|
          request.basic_auth(@partner, @secret)
          request.set_form_data(grant_type: 'client_credentials', scope: @scope)
        end
        raise ApiError, response unless response.is_a?(Net::HTTPSuccess)

        answer = JSON.parse(response.body)
        @tokens_obtained += 1
        @token, @expires = answer['access_token'], now + answer['expires_in'] - 60
      end
      @token
    end
  end

  # Tells the gateway that a token is no longer needed.
  def revoke(token)
    response = send_request(Net::HTTP::Post, '/revoke') do |request|
      request.basic_auth(@partner, @secret)
      request.set_form_data(token: token)
    end
    raise ApiError, response unless response.is_a?(Net::HTTPSuccess)
  end

  private

  # Another thread may have renewed it already: only the refused token is forgotten.
  def forget(token) = @lock.synchronize { @token = nil if @token == token }

  def send_request(verb, path)
    request = verb.new(path, 'X-Correlation-ID' => SecureRandom.uuid, 'X-Request-ID' => SecureRandom.uuid)
    yield request
    @http.request(request)
  end

  # Seconds until Retry-After, seconds or a date by the gateway's own clock; nil when that is too long to wait.
  def patience(response)
    told = response['Retry-After']
    return unless told

    pause = told.match?(/\A\d+\z/) ? told.to_i : [Time.httpdate(told) - Time.httpdate(response['Date']), 0].max
    pause if pause <= LONGEST_WAIT
  end

  def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
end
