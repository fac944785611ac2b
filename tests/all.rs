//! The one integration binary: it links once, however many modules there are.

mod locales;
mod mails;
mod pages;
