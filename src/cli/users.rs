//! `user …`: manages users from the command line. Ids go to standard output; passwords are read from standard
//! input and never from an argument, which every process of the machine can read.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};

use crate::cli::serve::system_environment;
use crate::cli::user_import::{self, ImportArgs};
use crate::cli::{command_actor, command_caller, print_line, read_secret, start_log};
use rekey_adapters::config::Config;
use rekey_core::types::error::{Error, Refusal};
use rekey_core::user_management::{self, InitialPassword};
use rekey_core::users::search;
use rekey_core::users::user::{NewUser, User};
use rekey_server::app::{AppState, to_anyhow};

/// What can be done with people.
#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Make an account; prints its id
    Add(NewUserArgs),
    /// List accounts: id, e-mail, phone, username
    List,
    /// Show one account
    Show {
        /// Its id, e-mail, phone or username
        id: String,
    },
    /// Set a password; the policy does not apply to administrators
    SetPassword {
        /// The account's id, e-mail, phone or username
        id: String,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Import people from JSON Lines, with their password hashes; run it again to resume
    Import(ImportArgs),
}

/// A person to make.
#[derive(Args)]
pub(super) struct NewUserArgs {
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    phone: Option<String>,
    #[arg(long)]
    username: Option<String>,
    #[arg(long)]
    name: Option<String>,
    /// Read a password from standard input
    #[arg(long)]
    password_stdin: bool,
}

pub(super) async fn run(config: &Config, command: UserCommand) -> anyhow::Result<ExitCode> {
    start_log(&Config { log: "warn".to_owned(), ..config.clone() });
    let app = AppState::open(config, system_environment()).await?;
    let outcome = match command {
        UserCommand::Add(args) => add(&app, args).await,
        UserCommand::List => list(&app).await,
        UserCommand::Show { id } => show(&app, &id).await,
        UserCommand::SetPassword { id, .. } => set_password(&app, &id).await,
        UserCommand::Import(args) => user_import::run(&app, &args).await,
    };
    app.core.close().await;
    outcome
}

async fn add(app: &AppState, args: NewUserArgs) -> anyhow::Result<ExitCode> {
    let NewUserArgs { email, phone, username, name, password_stdin } = args;
    if email.is_none() && phone.is_none() && username.is_none() {
        bail!("expected at least one of --email, --phone and --username");
    }
    let password = if password_stdin { Some(InitialPassword::Plain(read_secret("password")?)) } else { None };
    let new = NewUser { email, phone, username, name, ..NewUser::default() };
    let id = user_management::add(&app.core, new, password).await.map_err(describe_refusal)?;
    print_line(id);
    Ok(ExitCode::SUCCESS)
}

/// Describes a refusal in terms of this command's arguments.
fn describe_refusal(error: Error) -> anyhow::Error {
    match error {
        Error::Refused(Refusal::EmailTaken) => anyhow::anyhow!("--email: somebody has this address"),
        Error::Refused(Refusal::PhoneTaken) => anyhow::anyhow!("--phone: somebody has this number"),
        Error::Refused(Refusal::UsernameTaken) => anyhow::anyhow!("--username: somebody has this name"),
        Error::Refused(Refusal::SettingsInvalid(problems)) => anyhow::anyhow!("{}", problems.join("; ")),
        Error::Refused(Refusal::PasswordWeak(_)) => {
            anyhow::anyhow!("the password is empty or longer than 4096 bytes")
        }
        Error::Refused(Refusal::NotFound) => anyhow::anyhow!("no such account, or it is suspended"),
        other => to_anyhow(other),
    }
}

async fn list(app: &AppState) -> anyhow::Result<ExitCode> {
    let caller = command_caller("rekey user list");
    let by = command_actor(&caller);
    let mut after = String::new();
    loop {
        let page = search::list_after(&app.core, by, &after, 500).await.map_err(to_anyhow)?;
        let Some(last) = page.last() else {
            return Ok(ExitCode::SUCCESS);
        };
        last.id.0.clone_into(&mut after);
        for user in &page {
            let part = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
            print_line(format_args!(
                "{}\t{}\t{}\t{}",
                user.id,
                part(&user.email),
                part(&user.phone),
                part(&user.username)
            ));
        }
    }
}

async fn find_user(app: &AppState, typed: &str) -> anyhow::Result<User> {
    let found = search::find_by_id_or_identifier(&app.core, typed).await.map_err(to_anyhow)?;
    found.with_context(|| format!("no account has the id, e-mail, phone or username {typed:?}"))
}

async fn show(app: &AppState, typed: &str) -> anyhow::Result<ExitCode> {
    let user = find_user(app, typed).await?;
    let shown = serde_json::json!({
        "id": user.id, "username": user.username, "primaryEmail": user.email, "primaryPhone": user.phone, "name": user.name,
        "locale": user.locale, "hasPassword": user.password_digest.is_some(), "passwordChangedAt": user.password_changed_at,
        "isFrozen": user.password_frozen_at.is_some(), "isSuspended": user.is_suspended, "createdAt": user.created_at,
    });
    print_line(serde_json::to_string_pretty(&shown)?);
    Ok(ExitCode::SUCCESS)
}

async fn set_password(app: &AppState, typed: &str) -> anyhow::Result<ExitCode> {
    let user = find_user(app, typed).await?;
    let caller = command_caller("rekey user set-password");
    let by = command_actor(&caller);
    user_management::set_password(&app.core, by, &user.id, &read_secret("password")?)
        .await
        .map_err(describe_refusal)?;
    print_line(user.id);
    Ok(ExitCode::SUCCESS)
}
