//! Message templates, for keys of the role `root`. The rules are in `rekey_core::templates`. Templates that
//! are written here are in the fallback language, because this API distinguishes languages by variants.

use async_graphql::{Context, Object, Result};

use crate::http::graphql::admin::mail_template_types::{
    AddMailTemplateError, AddMailTemplateErrorCode, AddMailTemplateResponse, MailTemplate, MailTemplateData,
    MailTemplateIdentifier, RemoveMailTemplateError, RemoveMailTemplateErrorCode, RemoveMailTemplateResponse,
};
use crate::http::graphql::admin::settings::refresh_settings;
use crate::http::graphql::authentication::{GraphqlRequest, graphql_request};
use crate::http::graphql::payload::to_graphql_error;
use rekey_core::templates::template::{Details, TemplateChannel, TemplateKey};
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
        let request = graphql_request(context)?;
        request.actor("view mail templates")?;
        let filter = Filter { language_tag: Some(fallback_language(request)), ..Filter::default() };
        let found =
            templates::list(request.core(), &filter).await.map_err(|error| to_graphql_error(&error))?;
        Ok(found.into_iter().filter_map(MailTemplateData::from_template).collect())
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

fn fallback_language(request: &GraphqlRequest) -> String {
    request.core().snapshot().settings.sign_in_experience.language_info.fallback_language.to_ascii_lowercase()
}

async fn try_add(context: &Context<'_>, template: MailTemplate) -> Result<AddMailTemplateResponse> {
    use AddMailTemplateErrorCode as Code;
    let request = graphql_request(context)?;
    let by = request.actor("add a mail template")?;
    let refused = |code, message: &str| Ok(AddMailTemplateError::new(code, message).into());
    let Some(project) = resolve_project(request, template.project_slug.as_deref()) else {
        return refused(Code::ProjectNotFound, "There is no such application");
    };
    if template.reply_to.as_deref().is_some_and(|address| !templates::is_mailbox(address)) {
        return refused(Code::InvalidReplyEmailFormat, "replyTo: expected a mail address");
    }
    let key = template_key(request, project, &template)?;
    let details = Details {
        subject: template.subject,
        content: Some(template.content),
        reply_to: template.reply_to,
        ..Details::default()
    };
    match templates::save(request.core(), by, vec![NewTemplate { key, details }]).await {
        Ok(_) => refresh_settings(request).await.map(|()| AddMailTemplateResponse::done()),
        Err(Error::Refused(Refusal::SettingsInvalid(problems))) => {
            refused(Code::MissingVariable, &problems.join("\n"))
        }
        Err(error) => Err(to_graphql_error(&error)),
    }
}

/// The id of the application with this slug: empty without a slug, `None` if there is no such application.
fn resolve_project(request: &GraphqlRequest, slug: Option<&str>) -> Option<String> {
    let Some(slug) = slug else { return Some(String::new()) };
    request.core().snapshot().app(slug).is_some().then(|| slug.to_owned())
}

fn template_key(request: &GraphqlRequest, project: String, template: &MailTemplate) -> Result<TemplateKey> {
    Ok(TemplateKey {
        channel: TemplateChannel::Email,
        template_type: template.kind.template_type()?,
        language_tag: fallback_language(request),
        variant: template.variant.clone().unwrap_or_default(),
        project,
    })
}

async fn try_remove(
    context: &Context<'_>,
    template: MailTemplateIdentifier,
) -> Result<RemoveMailTemplateResponse> {
    use RemoveMailTemplateErrorCode as Code;
    let request = graphql_request(context)?;
    let by = request.actor("remove a mail template")?;
    let Some(project) = resolve_project(request, template.project_slug.as_deref()) else {
        return Ok(RemoveMailTemplateError::new(Code::ProjectNotFound, "There is no such application").into());
    };
    let filter = Filter {
        channel: TemplateChannel::Email,
        template_type: Some(template.kind.template_type()?),
        language_tag: Some(fallback_language(request)),
        variant: Some(template.variant.unwrap_or_default()),
        project: Some(project),
    };
    match templates::delete_all(request.core(), by, &filter).await {
        Ok(0) => Ok(RemoveMailTemplateError::new(Code::TemplateNotFound, "There are no such words").into()),
        Ok(_) => refresh_settings(request).await.map(|()| RemoveMailTemplateResponse::done()),
        Err(error) => Err(to_graphql_error(&error)),
    }
}
