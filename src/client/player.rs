//! Plays cases of the recette against a running server: orders to the console, and a good client's calls over mutual TLS.

use std::path::PathBuf;

use anyhow::Context;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Console, Keys, ListenerAddress, Partner};
use crate::{
    api,
    journal::Maker,
    pki,
    recette::{
        catalogue::Case,
        script::{Action, Stage, Step},
    },
};

/// Plays the cases of one partner.
pub struct Player<'a> {
    stage: Stage<'a>,
    console: Console,
    partner: Partner,
    certs: PathBuf,
    /// How far cases moved the clock.
    moved: SignedDuration,
}

impl<'a> Player<'a> {
    /// A player on this stage.
    ///
    /// # Errors
    /// Certificates that cannot be read.
    pub fn new(
        stage: Stage<'a>,
        gateway: &ListenerAddress,
        console: Console,
        certs: PathBuf,
    ) -> anyhow::Result<Self> {
        let form = stage.token_form();
        let keys = Keys::new(console.clone(), Maker::RecettePlay);
        let holder = &stage.convention.id;
        let partner = Partner::new(gateway, &console, keys, certs.clone(), holder, form)?;
        Ok(Self { stage, console, partner, certs, moved: SignedDuration::ZERO })
    }

    /// The name of this run, by which the journal tells its calls.
    pub fn run(&mut self) -> String {
        self.partner.keys().run().to_owned()
    }

    /// Plays a case; what it does wrong on purpose is marked.
    ///
    /// # Errors
    /// A step that cannot be played, an order that the console refuses, nobody at the gateway.
    pub async fn play(&mut self, case: &Case) -> anyhow::Result<()> {
        if case.deliberate {
            self.mark(case, "begin").await?;
        }
        let played = self.steps(case).await;
        if case.deliberate {
            self.mark(case, "end").await?;
        }
        played.with_context(|| case.id.clone())
    }

    /// Puts the clock back where it was.
    ///
    /// # Errors
    /// The console refuses.
    pub async fn leave(self) -> anyhow::Result<()> {
        let moved = self.moved + self.partner.waited();
        if moved.is_zero() {
            return Ok(());
        }
        self.console
            .order("PUT", "clock", &json!({ "advance": (-moved).to_string() }))
            .await
            .map(drop)
    }

    async fn mark(&mut self, case: &Case, step: &str) -> anyhow::Result<()> {
        let key = self.partner.keys().text().await?;
        let whose = json!({ "partner": self.stage.convention.id, "key": key });
        let path = format!("recette/cases/{}/{step}", case.id);
        self.console.order("POST", &path, &whose).await.map(drop)
    }

    async fn steps(&mut self, case: &Case) -> anyhow::Result<()> {
        for step in &case.play {
            let action = self.stage.action(case, step)?;
            self.act(case, action).await?;
            if let Step::Clock(step) = step {
                self.moved += *step;
            }
        }
        if case.play.iter().any(|step| matches!(step, Step::Mint(_))) {
            self.partner.forget_token();
        }
        if case.play.iter().any(|step| matches!(step, Step::Fault(_))) {
            // One that was not injected must not apply to the next case.
            let body = json!({ "partner": self.stage.convention.id, "only": ["faults"] });
            self.console.order("POST", "reset", &body).await?;
        }
        Ok(())
    }

    async fn act(&mut self, case: &Case, action: Action) -> anyhow::Result<()> {
        match action {
            Action::Send(request) if case.deliberate => drop(self.partner.send(&request).await?),
            Action::Send(request) => drop(self.partner.call(&request).await?),
            Action::AskToken(form) => drop(self.partner.ask_token(&form).await?),
            Action::Revoke => drop(self.partner.revoke().await?),
            Action::Order(order) => {
                drop(self.console.order(order.method, &order.path, &order.body).await?)
            }
            Action::MintedBy(order) => {
                let minted = self.console.order(order.method, &order.path, &order.body).await?;
                let token = minted
                    .get("access_token")
                    .and_then(Value::as_str)
                    .context("the console minted no token")?;
                self.partner.bear(token.to_owned());
            }
            Action::NewCertificate => {
                let name = pki::renewed(&self.certs, &api::pki_holder(self.stage.convention))?;
                self.partner.show(&name)?;
            }
        }
        Ok(())
    }
}
