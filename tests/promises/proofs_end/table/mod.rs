//! The table of docs/security.md: every change of a password, an identifier or a standing, on every interface
//! that can make it, against everything that is handed out. Each cell hands the thing out, makes the change
//! and tries the thing, over HTTP. The table is written from `expected`, so that what the document says is
//! what was tried.

mod changes;
mod document;
mod things;

use serde_json::{Value, json};

use self::changes::{CHANGES, Change};
use self::things::{THINGS, Thing};
use super::super::PASSWORD;
use super::ADA;
use crate::http::{account_api, with_keys};
use crate::support::app::TestApp;
use crate::support::people::TestUser;

/// Ada's id.
const ID: &str = "ada000000001";
/// The address that she, or somebody, takes.
const NEW_ADDRESS: &str = "ada@new.example";

/// What a change removes; the interfaces that can make it do the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A password is set by a recovery.
    Reset,
    /// A signed-in person changes the password.
    Changed,
    /// An administrator sets the password.
    Set,
    /// A signed-in person takes another address.
    AddressTaken,
    /// An administrator or the bootstrap file sets another address.
    AddressSet,
    /// A signed-in person takes another username.
    NameTaken,
    /// An administrator sets another username.
    NameSet,
    /// The account is switched off.
    Suspended,
    /// The account is deleted.
    Deleted,
    /// The owner says "this wasn't me".
    Disputed,
    /// An account with the address is made.
    Made,
}

/// What becomes of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// It opens nothing any more.
    Ends,
    /// It works as before, for this reason.
    Stays(Reason),
    /// The change takes nothing away that the thing belongs to.
    NotApplicable,
}

/// Why something stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// The address it went to is still the account's.
    AddressIsThere,
    /// The password that proved it is still the password.
    PasswordIsThere,
    /// An attacker would end the owner's way back.
    OwnersWay,
    /// Whoever is signed in stays so until somebody ends it.
    SignedIn,
}

const fn expected(kind: Kind, thing: Thing) -> Outcome {
    use Outcome::{Ends, NotApplicable, Stays};
    match (thing, kind) {
        (Thing::SignUp, Kind::AddressTaken | Kind::AddressSet | Kind::Made) => Ends,
        (Thing::SignUp, _) | (_, Kind::Made) => NotApplicable,
        (_, Kind::Suspended | Kind::Deleted | Kind::Disputed) => Ends,
        (Thing::OneTimeToken, Kind::NameTaken | Kind::NameSet) => Stays(Reason::AddressIsThere),
        (Thing::RecordByAddress, Kind::Changed | Kind::NameTaken) => Stays(Reason::AddressIsThere),
        (Thing::RecordByPassword, Kind::AddressTaken | Kind::NameTaken) => Stays(Reason::PasswordIsThere),
        (Thing::NoticeLink, Kind::AddressSet) => Ends,
        (Thing::NoticeLink, Kind::Reset | Kind::NameSet) => Stays(Reason::AddressIsThere),
        (Thing::NoticeLink, _) => Stays(Reason::OwnersWay),
        (Thing::Session | Thing::AppTokens | Thing::SdkSession, Kind::Reset | Kind::Changed) => Ends,
        (Thing::Session | Thing::AppTokens | Thing::SdkSession, _) => Stays(Reason::SignedIn),
        _ => Ends,
    }
}

/// Ada, in the bootstrap file; apps, both keys, and every way in.
fn file() -> Value {
    let mut input = account_api::everything_editable();
    input["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    input["settings"]["signInExperience"] = json!({
        "signIn": { "methods": [{ "identifier": "email", "verificationCode": true }, { "identifier": "username" }] },
        "signUp": { "identifiers": ["email"], "password": true },
    });
    input["users"] = json!([user(json!({}))]);
    input
}

/// Ada's entry, with this over it.
fn user(over: Value) -> Value {
    let mut entry = json!({ "id": ID, "primaryEmail": ADA, "username": "ada", "password": PASSWORD });
    for (name, value) in over.as_object().unwrap() {
        entry[name] = value.clone();
    }
    entry
}

fn ada() -> TestUser {
    TestUser { id: ID.to_owned(), email: ADA.to_owned(), phone: None, password: PASSWORD.to_owned() }
}

/// Hands the thing out, makes the change, and tells whether the thing works.
async fn works_after(change: Option<Change>, thing: Thing) -> bool {
    let mut input = file();
    if change.is_some_and(|change| change.kind() == Kind::Made) {
        input["users"] = json!([]);
    }
    let app = TestApp::with(input).await;
    app.may_leave_messages();
    let ready = match change {
        Some(change) => change.prepare(&app).await,
        None => changes::Ready::default(),
    };
    app.clock.advance(60);
    let proof = thing.hand_out(&app).await;
    app.clock.advance(60);
    if let Some(change) = change {
        change.make(&app, &ready).await;
    }
    proof.works(&app).await
}

/// Tries one row of the table: a change on an interface, against everything.
async fn row(change: Change) {
    for thing in THINGS {
        let outcome = expected(change.kind(), thing);
        if outcome == Outcome::NotApplicable {
            continue;
        }
        let works = works_after(Some(change), thing).await;
        let wanted = matches!(outcome, Outcome::Stays(_));
        assert_eq!(works, wanted, "{change:?}, {thing:?}: expected {outcome:?}");
    }
}

/// Without a change everything works: otherwise nothing would be shown by its end.
#[tokio::test]
async fn every_proof_works_before_a_change() {
    for thing in THINGS {
        assert!(works_after(None, thing).await, "{thing:?}");
    }
}

macro_rules! rows {
    ($($name:ident => $change:ident),+ $(,)?) => {
        $(#[tokio::test]
        async fn $name() {
            row(Change::$change).await;
        })+

        /// A change without its row would not be tried.
        #[test]
        fn every_change_ends_the_proofs_of_its_row() {
            assert_eq!(CHANGES, [$(Change::$change),+]);
        }
    };
}

rows! {
    a_reset_on_our_pages => ResetByPages,
    a_reset_by_the_experience_api => ResetByExperience,
    a_reset_by_graphql => ResetByGraphql,
    a_reset_by_the_sdk => ResetBySdk,
    a_changed_password_on_our_pages => ChangedByPages,
    a_changed_password_by_the_account_api => ChangedByAccount,
    a_changed_password_by_the_sdk => ChangedBySdk,
    a_changed_password_by_graphql => ChangedByGraphql,
    a_password_set_by_the_management_api => SetByManagement,
    a_password_set_by_graphql => SetByGraphql,
    a_password_set_on_the_command_line => SetByCommand,
    an_address_taken_by_the_account_api => AddressByAccount,
    an_address_set_by_the_management_api => AddressByManagement,
    an_address_set_by_the_bootstrap_file => AddressByFile,
    a_name_taken_by_the_account_api => NameByAccount,
    a_name_set_by_the_management_api => NameByManagement,
    a_suspension_by_the_management_api => SuspendedByManagement,
    a_suspension_by_the_bootstrap_file => SuspendedByFile,
    a_deletion_by_the_management_api => DeletedByManagement,
    a_dispute_on_our_pages => Disputed,
    an_account_made_on_our_pages => MadeByPages,
    an_account_made_by_the_management_api => MadeByManagement,
    an_account_made_by_graphql => MadeByGraphql,
    an_account_made_by_the_bootstrap_file => MadeByFile,
    an_account_made_by_an_import => MadeByImport,
}
