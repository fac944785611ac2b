//! Types of OpenID Connect: requests, grants, errors. Parsing happens here; `authorize` and `token` decide
//! what is granted. Every input is bounded before it is parsed, because anybody can send requests.

