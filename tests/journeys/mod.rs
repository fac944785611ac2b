//! What people do, through HTTP, without a script: each test is one person's way, told in the steps they take.

mod forgot_password;
