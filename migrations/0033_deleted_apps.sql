-- A deleted application takes its keys and its words with it.
create index api_keys_by_app on api_keys (app_id);
create index message_templates_by_project on message_templates (project);
