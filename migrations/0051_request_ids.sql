-- The id of the HTTP request that caused a message or a webhook event, so that the log lines of its deliveries name that request, however much later
-- they come. It is what the response had as X-Request-Id; it proves nothing.

-- null for a message that no HTTP request caused
alter table outbox add column request_id text;
-- null for an event that no HTTP request caused
alter table hook_deliveries add column request_id text;
