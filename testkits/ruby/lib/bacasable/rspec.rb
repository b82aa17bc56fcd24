# frozen_string_literal: true

require "rspec/core"
require_relative "sandbox"

module Bacasable
  # The helper: groups tagged :bacasable have `sandbox` and `partner`; everything is put back before each example.
  module RSpec
    class << self
      # How the server is started: binary:, fixtures:, settings:, and reset: false to put nothing back.
      attr_accessor :options

      def sandbox
        @sandbox ||= Sandbox.new(**(options || {}).reject { |key, _| key == :reset })
      end

      def stop
        @sandbox&.stop
        @sandbox = nil
      end

      # A failed example's report has the refused and failed requests.
      def explain(failure)
        lines = begin
          sandbox.explain
        rescue SandboxDied => e
          e.message.lines(chomp: true)
        end
        return failure if lines.empty?

        told = "#{failure.message}\nbacasable: refused and failed requests\n  #{lines.join("\n  ")}"
        failure.exception(told).tap { |explained| explained.set_backtrace(failure.backtrace) }
      end
    end

    def sandbox
      Bacasable::RSpec.sandbox
    end

    def partner(id = "editeur-demo", **options)
      sandbox.partner(id, **options)
    end
  end
end

RSpec.configure do |config|
  config.include Bacasable::RSpec, :bacasable
  config.around(:each, :bacasable) do |example|
    Bacasable::RSpec.sandbox.reset unless Bacasable::RSpec.options&.fetch(:reset, true) == false
    failure = example.run
    inner = example.example
    if failure.is_a?(Exception) && inner.respond_to?(:set_exception) && inner.exception.equal?(failure)
      inner.instance_variable_set(:@exception, Bacasable::RSpec.explain(failure))
    end
  end
  config.after(:suite) { Bacasable::RSpec.stop }
end
