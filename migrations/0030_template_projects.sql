-- Words of one application's messages stand before those of all. A table's uniqueness can't be changed where it stands, so it is made anew.
create table message_templates_anew (
    id text primary key not null,
    -- email, sms
    channel text not null,
    -- SignIn, Register, ForgotPassword … as the APIs name them
    template_type text not null,
    -- a BCP 47 tag in lower case, which is how it is looked up
    language_tag text not null,
    -- empty for the usual one
    variant text not null,
    -- JSON: subject, content, contentType, text, html, replyTo, sendFrom
    details text not null,
    created_at bigint not null,
    -- the application whose messages they are for; empty for all
    project text not null,
    unique (channel, template_type, language_tag, variant, project)
);
insert into message_templates_anew (id, channel, template_type, language_tag, variant, details, created_at, project)
    select id, channel, template_type, language_tag, variant, details, created_at, '' from message_templates;
drop table message_templates;
alter table message_templates_anew rename to message_templates;
