# frozen_string_literal: true

# Fails on purpose: kit_spec.rb reads the report.
require_relative "../../lib/bacasable/rspec"

RSpec.describe "an example that fails", :bacasable do
  it "has the refused controls in its report" do
    headers = partner.headers
    sandbox.amend("editeur-demo", networks: ["192.0.2.0/24"])
    expect(partner.call("/r2p/v1/personne/3990000101192", headers: headers).code).to eq "200"
  end
end
