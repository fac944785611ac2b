//! Getting back in.

use crate::support::app::TestApp;

#[tokio::test]
async fn a_forgotten_password_is_reset_with_the_code() {
    let app = TestApp::start().await;
    let ada = app
        .person("ada@example.org")
        .with_password("correct horse battery")
        .make()
        .await;
    let browser = app.browser();
    let page = browser
        .get("/forgot-password")
        .await
        .fill("identifier", &ada.email)
        .submit()
        .await;
    let page = page.lands_on("/forgot-password/verification-code").await;
    let code = app.inbox_of(&ada.email).await.code();
    let page = page
        .fill("code", &code)
        .submit()
        .await
        .lands_on("/forgot-password/reset")
        .await;
    let page = page.fill("newPassword", "a much better phrase").submit().await;
    page.lands_on("/forgot-password/done").await.says("done-title");
    assert_eq!(app.inbox_of(&ada.email).await.count_of("PasswordChanged"), 1);
}
