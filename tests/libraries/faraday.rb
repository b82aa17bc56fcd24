# frozen_string_literal: true

# Faraday 1, with the retry middleware as its documentation shows it; POST and the statuses are named.
require 'date' # Faraday 1.1 reads Retry-After with DateTime, and does not load it
require 'faraday'
require 'openssl'

folder = "#{ENV.fetch('CERTS')}/clients/#{ENV.fetch('PARTNER')}"
ssl = {
  ca_file: "#{ENV.fetch('CERTS')}/ca.pem",
  client_cert: OpenSSL::X509::Certificate.new(File.read("#{folder}.pem")),
  client_key: OpenSSL::PKey.read(File.read("#{folder}.key"))
}
retries = {
  max: 2, interval: 0.05, interval_randomness: 0.5, backoff_factor: 2,
  methods: %i[post], retry_statuses: [429, 503]
}
client = Faraday.new(ssl: ssl) do |connection|
  connection.request :retry, retries
  connection.adapter :net_http
end
answer = client.post(ENV.fetch('URL'), ENV.fetch('BODY')) do |request|
  request.headers['Authorization'] = "Bearer #{ENV.fetch('TOKEN')}"
  request.headers['X-Correlation-ID'] = ENV.fetch('CORRELATION')
  request.headers['X-Request-ID'] = ENV.fetch('CORRELATION')
  request.headers['Content-Type'] = 'application/json'
end
puts answer.status
