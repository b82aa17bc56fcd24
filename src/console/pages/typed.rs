//! A form that is shown again because something in it is refused: what was typed stays, and each fault stands by its field.

use super::forgery::Fields;

/// What was typed, and what is wrong with it; nothing for a form that nobody has sent yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    fields: Option<Fields>,
    /// The field, and the sentence; what is of no field in particular has an empty name.
    faults: Vec<(&'static str, String)>,
}

impl Typed {
    /// A form whose faults begin with the labels of their fields: `Auteur : indiquez qui décide.`
    pub(super) fn refused(
        fields: Fields,
        faults: impl IntoIterator<Item = String>,
        labels: &[(&str, &'static str)],
    ) -> Self {
        let named = |fault: String| {
            let label = fault.split(" : ").next().unwrap_or_default();
            let field = labels.iter().find(|(known, _)| *known == label);
            (field.map_or("", |(_, name)| *name), fault)
        };
        Self { fields: Some(fields), faults: faults.into_iter().map(named).collect() }
    }

    /// What a field holds: what was typed, else what stands there at first.
    pub(super) fn or<'a>(&'a self, name: &str, first: &'a str) -> &'a str {
        match &self.fields {
            Some(fields) => fields.get(name).unwrap_or_default(),
            None => first,
        }
    }

    /// Whether a choice is the one that was made, or the first one.
    pub(super) fn is(&self, name: &str, value: &str, first: &str) -> bool {
        self.or(name, first) == value
    }

    /// Whether a box was ticked.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        self.fields.as_ref().is_some_and(|fields| fields.all(name).any(|one| one == value))
    }

    /// What is wrong with a field.
    pub(super) fn fault(&self, name: &str) -> Option<String> {
        let of_field = self.faults.iter().filter(|(field, _)| *field == name);
        let text: Vec<_> = of_field.map(|(_, fault)| fault.as_str()).collect();
        (!text.is_empty()).then(|| text.join(" "))
    }

    /// Everything that is wrong, with the field that each is about.
    pub(super) fn faults(&self) -> &[(&'static str, String)] {
        &self.faults
    }

    pub(super) fn is_refused(&self) -> bool {
        !self.faults.is_empty()
    }

    /// The attributes by which a field that is wrong says so to who does not see it; of a name of ours alone.
    pub(super) fn mark(&self, name: &'static str) -> String {
        match self.fault(name) {
            Some(_) => format!(" aria-invalid=\"true\" aria-describedby=\"faute-{name}\""),
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stays_and_a_fault_stands_by_its_field() {
        let fields =
            Fields::from_pairs(&[("auteur", ""), ("commentaire", "à revoir"), ("cas", "b")]);
        let faults = ["Auteur : indiquez qui décide.".to_owned(), "Autre chose.".to_owned()];
        let typed = Typed::refused(fields, faults, &[("Auteur", "auteur")]);
        assert_eq!(typed.or("commentaire", "x"), "à revoir");
        assert_eq!(typed.or("auteur", "Ada"), "", "left empty on purpose");
        assert_eq!(typed.fault("auteur").unwrap(), "Auteur : indiquez qui décide.");
        assert_eq!(typed.fault("").unwrap(), "Autre chose.");
        assert!(typed.has("cas", "b") && !typed.has("cas", "a"));
        assert!(typed.mark("auteur").contains("faute-auteur") && typed.mark("cas").is_empty());
        let first = Typed::default();
        assert_eq!((first.or("auteur", "Ada"), first.is_refused()), ("Ada", false));
    }
}
