# frozen_string_literal: true

# What a good client does, against a running bacasable: GATEWAY, CONSOLE and CERTS say where.

require 'minitest/autorun'
require_relative 'client'

class TestClient < Minitest::Test
  GATEWAY = ENV.fetch('GATEWAY', 'https://localhost:8443')
  CONSOLE = ENV.fetch('CONSOLE', 'http://localhost:8080')
  CERTS = ENV.fetch('CERTS', 'certs')
  IBAN, SPI = 'FR7699010000010000010100185', '3990000101192' # of the persona celine-simple

  def test_one_token_serves_both_apis
    client = partner('editeur-demo')
    found = account(client)['reponses']['comptes'].first
    assert_equal IBAN, found['caracteristiqueCompte']['iban']
    assert_equal 'VALBRUNE', client.person(SPI)['personnePhysique']['etatCivil']['lbNomNaissance']
    assert_equal 1, client.tokens_obtained
  end

  def test_an_anomaly_is_an_error_with_its_code_and_is_not_tried_again
    error = assert_raises(ApiError) { account(partner('editeur-demo'), iban: 'FR00', justification: 'dossier 2026-0002') }
    assert_equal [400, 'CAF002'], [error.status, error.code]
    refute_nil error.correlation_id
  end

  def test_a_revoked_token_is_renewed_once
    client = partner('editeur-demo')
    client.revoke(client.token)
    assert client.person(SPI)
    assert_equal 2, client.tokens_obtained
  end

  def test_a_second_401_is_final
    client = partner('partenaire-suspendu', siret: '20999009200014')
    error = assert_raises(ApiError) { account(client, justification: 'dossier 2026-0003') }
    assert_equal [401, 900907, 2], [error.status, error.code, client.tokens_obtained]
  end

  def test_a_used_up_minute_is_waited_for
    client = partner('editeur-demo')
    pauses = []
    client.sleep = lambda do |seconds| # instead of waiting, move the sandbox's clock
      pauses << seconds
      console('PUT', 'clock', advance: "PT#{seconds.round}S")
    end
    console('PUT', 'clock', frozen: true)
    console('PATCH', 'conventions/editeur-demo', quotas: { r2p: 1 })
    console('POST', 'reset', only: ['quotas'])
    2.times { assert client.person(SPI) }
    assert_equal 1, pauses.length
    assert_includes 1..60, pauses.first
  ensure
    console('POST', 'reset', only: %w[clock conventions quotas])
  end

  private

  def partner(name, siret: '20999001900017')
    Client.new(gateway: GATEWAY, certs: CERTS, partner: name, secret: "secret-#{name}", siret: siret)
  end

  def account(client, iban: IBAN, justification: 'dossier 2026-0001')
    client.ficoba('numCpte', motif: '0020', justification: justification, criteria: { iban: iban, verificationCompte: '0' })
  end

  def console(verb, path, body)
    url = URI("#{CONSOLE}/admin/v1/#{path}")
    response = Net::HTTP.new(url.host, url.port, nil).send_request(verb, url.path, JSON.generate(body), 'Content-Type' => 'application/json')
    raise "#{verb} #{path}: #{response.code} #{response.body}" unless response.is_a?(Net::HTTPSuccess)
  end
end
