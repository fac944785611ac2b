//! Whether what the settings offer can be done: recovery over a connector that there is, and a fallback language
//! that pages or messages speak.

use serde_json::Value;

use crate::app::judgement::{Grounds, Judgement, Severity};
use rekey_adapters::i18n::Lang;
use rekey_core::connectors::spec::ConnectorType;
use rekey_core::settings::ForgotPasswordMethod;
use rekey_core::types::identifier::Channel;

impl Grounds<'_> {
    pub(super) fn judge_offers(&self, judgement: &mut Judgement) {
        self.judge_recovery(judgement);
        self.judge_language(judgement);
        if judgement.connectors.is_empty() {
            let text =
                "no usable e-mail or SMS connector: \"Forgot your password?\" is hidden until there is one";
            judgement.add(Severity::Note, text);
        }
    }

    /// A restart must not take sign-in away because a way of recovery is gone: only a first start is refused,
    /// whose file asks for it.
    fn judge_recovery(&self, judgement: &mut Judgement) {
        let is_named = self.is_named_in_file("forgotPasswordMethods");
        let severity = if is_named && self.is_first_start { Severity::Refused } else { Severity::Broken };
        let methods = judgement.settings.sign_in_experience.forgot_password_methods.clone();
        for (place, method) in methods.unwrap_or_default().into_iter().enumerate() {
            if !has_connector_for(judgement, method) {
                let text = format!(
                    "settings.signInExperience.forgotPasswordMethods[{place}]: there is no usable connector for it"
                );
                judgement.add(severity, text);
            }
        }
    }

    fn judge_language(&self, judgement: &mut Judgement) {
        let tag = judgement.settings.sign_in_experience.language_info.fallback_language.clone();
        if Lang::from_tag(&tag).is_some() {
            return;
        }
        let path = "settings.signInExperience.languageInfo.fallbackLanguage";
        let given = self.file.mail_templates.iter().map(|template| template.new.key.language_tag.as_str());
        if self.stored.template_languages().chain(given).any(|language| primary(language) == primary(&tag)) {
            let text = format!("{path}: only message templates are in {tag}; pages are in English");
            judgement.add(Severity::Note, text);
            return;
        }
        let severity =
            if self.is_named_in_file("languageInfo") { Severity::Refused } else { Severity::Broken };
        let known: Vec<&str> = Lang::ALL.into_iter().map(Lang::tag).collect();
        let text =
            format!("{path}: no page and no template is in {tag}; expected one of {}", known.join(", "));
        judgement.add(severity, text);
    }

    /// Whether the file sets this part of the sign-in experience.
    fn is_named_in_file(&self, name: &str) -> bool {
        let settings = self.file.raw_settings.as_ref();
        let experience = settings.and_then(|settings| settings.get("signInExperience"));
        experience.and_then(|experience| experience.get(name)).is_some_and(|part| *part != Value::Null)
    }
}

fn has_connector_for(judgement: &Judgement, method: ForgotPasswordMethod) -> bool {
    let kind = match method.channel() {
        Channel::Email => ConnectorType::Email,
        Channel::Phone => ConnectorType::Sms,
    };
    judgement.connectors.iter().any(|usable| usable.connector.kind == kind)
}

/// `pt` of `pt-BR`, in lower case.
fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}
