//! Message templates, for keys of the role `root`. The rules are in `rekey_core::templates`, which the
//! Management API uses too. Templates written here are in the fallback language, because this API
//! distinguishes languages by variants.

use async_graphql::{Context, Object, Result};

use crate::http::graphql::admin::mail_template_types::{
    AddMailTemplateError, AddMailTemplateErrorCode, AddMailTemplateResponse, MailTemplate, MailTemplateData,
    MailTemplateIdentifier, MailType, RemoveMailTemplateError, RemoveMailTemplateErrorCode,
    RemoveMailTemplateResponse,
};
use crate::http::graphql::admin::settings::refresh_settings;
use crate::http::graphql::authentication::{GraphqlRequest, graphql_request};
use crate::http::graphql::payload::{invalid_input, to_graphql_error};
use rekey_core::messages::template_type::TemplateType;
use rekey_core::templates::template::{Details, Template, TemplateChannel, TemplateKey};
use rekey_core::templates::{self, Filter, NewTemplate};
use rekey_core::types::error::{Error, Refusal};

/// Queries of message templates.
#[derive(Default)]
pub struct MailTemplateQuery;

/// Queries of message templates.
#[Object]
impl MailTemplateQuery {
    /// The templates in the fallback language, of the types of this API.
    async fn mail_templates(&self, context: &Context<'_>) -> Result<Vec<MailTemplateData>> {
        let asker = graphql_request(context)?;
        asker.actor("view mail templates")?;
        let filter = Filter { language_tag: Some(fallback_language(asker)), ..Filter::default() };
        let found = templates::list(asker.core(), &filter).await;
        let found = found.map_err(|error| to_graphql_error(&error))?;
        Ok(found.into_iter().filter_map(to_data).collect())
    }
}

/// Mutations of message templates.
#[derive(Default)]
pub struct MailTemplateMutation;

/// Mutations of message templates.
#[Object]
impl MailTemplateMutation {
    /// Saves a template; one for the same type, variant and project is replaced.
    async fn add_mail_template(
        &self,
        context: &Context<'_>,
        template: MailTemplate,
    ) -> Option<Result<AddMailTemplateResponse>> {
        Some(try_add(context, template).await)
    }

    /// The same.
    #[graphql(deprecation = "Use `addMailTemplate`.")]
    async fn add_project_mail_template(
        &self,
        context: &Context<'_>,
        template: MailTemplate,
    ) -> Option<Result<AddMailTemplateResponse>> {
        Some(try_add(context, template).await)
    }

    /// Removes a template: the built-in one is used again.
    async fn remove_mail_template(
        &self,
        context: &Context<'_>,
        template_identifier: MailTemplateIdentifier,
    ) -> Option<Result<RemoveMailTemplateResponse>> {
        Some(try_remove(context, template_identifier).await)
    }

    /// The same.
    #[graphql(deprecation = "Use `removeMailTemplate`.")]
    async fn remove_project_mail_template(
        &self,
        context: &Context<'_>,
        template_identifier: MailTemplateIdentifier,
    ) -> Option<Result<RemoveMailTemplateResponse>> {
        Some(try_remove(context, template_identifier).await)
    }
}

/// Our types and those of this API.
const TEMPLATE_TYPES: [(MailType, TemplateType); 5] = [
    (MailType::ResetPasswordRequest, TemplateType::ForgotPassword),
    (MailType::PasswordlessSignIn, TemplateType::SignIn),
    (MailType::EmailVerification, TemplateType::Register),
    (MailType::EmailChangeVerify, TemplateType::BindNewIdentifier),
    (MailType::EmailChangeNotify, TemplateType::AddressChanged),
];

fn to_template_type(kind: MailType) -> Result<TemplateType> {
    let known = TEMPLATE_TYPES.iter().find(|(theirs, _)| *theirs == kind).map(|(_, ours)| *ours);
    known.ok_or_else(|| invalid_input("type: this server sends no such message"))
}

fn fallback_language(asker: &GraphqlRequest) -> String {
    asker.core().snapshot().settings.sign_in_experience.language_info.fallback_language.to_ascii_lowercase()
}

fn to_data(template: Template) -> Option<MailTemplateData> {
    let kind = TEMPLATE_TYPES.iter().find(|(_, ours)| *ours == template.key.template_type)?.0;
    let Template { key, details, .. } = template;
    let (text, html) = details.bodies(TemplateChannel::Email);
    Some(MailTemplateData {
        project_slug: Some(key.project).filter(|project| !project.is_empty()),
        kind,
        content: html.or(text).unwrap_or_default().to_owned(),
        variant: Some(key.variant),
        subject: details.subject,
        use_layout: false,
        reply_to: details.reply_to,
    })
}

async fn try_add(context: &Context<'_>, template: MailTemplate) -> Result<AddMailTemplateResponse> {
    use AddMailTemplateErrorCode as Code;
    let asker = graphql_request(context)?;
    let by = asker.actor("add a mail template")?;
    let refused = |code, message: &str| Ok(AddMailTemplateError::new(code, message).into());
    let Some(project) = resolve_project(asker, template.project_slug) else {
        return refused(Code::ProjectNotFound, "There is no such application");
    };
    if template.reply_to.as_deref().is_some_and(|address| !templates::is_mailbox(address)) {
        return refused(Code::InvalidReplyEmailFormat, "replyTo: expected a mail address");
    }
    let details = Details {
        subject: template.subject,
        content: Some(template.content),
        reply_to: template.reply_to,
        ..Details::default()
    };
    let new = NewTemplate { key: template_key(asker, template.kind, project, template.variant)?, details };
    match templates::save(asker.core(), by, vec![new]).await {
        Ok(_) => refresh_settings(asker).await.map(|()| AddMailTemplateResponse::done()),
        Err(Error::Refused(Refusal::SettingsInvalid(problems))) => {
            refused(Code::MissingVariable, &problems.join("\n"))
        }
        Err(error) => Err(to_graphql_error(&error)),
    }
}

/// The id of the application with this slug: empty if no slug is given, `None` if there is no such
/// application.
fn resolve_project(asker: &GraphqlRequest, slug: Option<String>) -> Option<String> {
    match slug {
        Some(slug) => asker.core().snapshot().app(&slug).is_some().then_some(slug),
        None => Some(String::new()),
    }
}

fn template_key(
    asker: &GraphqlRequest,
    kind: MailType,
    project: String,
    variant: Option<String>,
) -> Result<TemplateKey> {
    Ok(TemplateKey {
        channel: TemplateChannel::Email,
        template_type: to_template_type(kind)?,
        language_tag: fallback_language(asker),
        variant: variant.unwrap_or_default(),
        project,
    })
}

async fn try_remove(
    context: &Context<'_>,
    template: MailTemplateIdentifier,
) -> Result<RemoveMailTemplateResponse> {
    use RemoveMailTemplateErrorCode as Code;
    let asker = graphql_request(context)?;
    let by = asker.actor("remove a mail template")?;
    let Some(project) = resolve_project(asker, template.project_slug) else {
        return Ok(RemoveMailTemplateError::new(Code::ProjectNotFound, "There is no such application").into());
    };
    let key = template_key(asker, template.kind, project, template.variant)?;
    let filter = Filter {
        channel: key.channel,
        language_tag: Some(key.language_tag),
        template_type: Some(key.template_type),
        variant: Some(key.variant),
        project: Some(key.project),
    };
    match templates::delete_all(asker.core(), by, &filter).await {
        Ok(0) => Ok(RemoveMailTemplateError::new(Code::TemplateNotFound, "There are no such words").into()),
        Ok(_) => refresh_settings(asker).await.map(|()| RemoveMailTemplateResponse::done()),
        Err(error) => Err(to_graphql_error(&error)),
    }
}
