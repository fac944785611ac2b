//! The forms of a page with what a browser would send of them: hidden fields, what was there already, what
//! was typed.

use scraper::{ElementRef, Html, Selector};

/// One form.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// Where its buttons go that have an address of their own.
    pub other_actions: Vec<String>,
    /// Its fields in the order of the page.
    pub fields: Vec<(String, String)>,
    /// Whether it holds the page's main button.
    pub is_main: bool,
}

impl Form {
    /// Whether it has a field of this name.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }

    /// Types into a field.
    pub fn fill(&mut self, name: &str, value: &str) {
        let field = self.fields.iter_mut().find(|(known, _)| known == name);
        value.clone_into(&mut field.unwrap().1);
    }
}

/// Every form that posts.
pub fn forms(html: &str) -> Vec<Form> {
    let page = Html::parse_document(html);
    all(page.root_element(), "form[method=post]").into_iter().map(form).collect()
}

fn form(element: ElementRef<'_>) -> Form {
    let text = |element: &ElementRef<'_>, name: &str| element.attr(name).unwrap_or_default().to_owned();
    Form {
        action: text(&element, "action"),
        other_actions: all(element, "button[formaction]")
            .iter()
            .map(|button| text(button, "formaction"))
            .collect(),
        fields: all(element, "input[name]")
            .iter()
            .map(|field| (text(field, "name"), text(field, "value")))
            .collect(),
        is_main: !all(element, "button.primary").is_empty(),
    }
}

fn all<'a>(element: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).unwrap();
    element.select(&selector).collect()
}
