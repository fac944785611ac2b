//! Types of OpenID Connect: requests, grants, errors. Parsing happens here; the domain decides what is
//! granted. Every input is bounded before it is parsed, because anybody can send requests.

