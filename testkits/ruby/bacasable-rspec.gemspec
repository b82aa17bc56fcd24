# frozen_string_literal: true

Gem::Specification.new do |gem|
  gem.name = "bacasable-rspec"
  gem.version = "0.1.0"
  gem.summary = "RSpec helper for bacasable, the offline emulator of the DGFiP's API gateway"
  gem.authors = ["bacasable"]
  gem.licenses = ["MIT", "Apache-2.0"]
  gem.required_ruby_version = ">= 3.0"
  gem.files = Dir["lib/**/*.rb"] + ["README.md"]
  gem.add_dependency "rspec-core", "~> 3.10"
end
