# What the JSON faces say beside their codes: `api-` and the code.
api-malformed = The body is not valid JSON.
api-guard-invalid-input = The body is not what it must be; see the details.
api-request-invalid-input = Something is missing; see the data.
api-request-not-json = The body must be JSON: say content-type: application/json.
api-request-too-large = The body is larger than can be taken here.
api-request-rate-limited = That was a lot in a short time. Wait as long as Retry-After says.
api-request-unavailable = Something that is needed doesn’t answer. Wait as long as Retry-After says.
api-request-failed = Something went wrong on our side; the log has it under the X-Request-Id.
api-request-refused = That can’t be done here.
api-request-not-found = There is nothing at this address.
api-request-method-not-allowed = This address doesn’t take that method; see Allow.
api-auth-authorization-header-missing = The Authorization header is missing.
api-auth-authorization-token-type-not-supported = The Authorization header must say Bearer and a token.
api-auth-unauthorized = This token is not known here.
api-auth-forbidden = This token may not do that.
api-entity-not-found = There is nothing with this id.
api-entity-not-exists-with-id = There is nothing with this id; see the data.
api-guard-invalid-pagination = page must be 1 or more, page_size 1 to 100.
api-jwt-customizer-general = A claim could not be made, so there would be no token; see the data.
api-entity-unique-integrity-violation = There is one with this id or name already.
api-password-rejected = The password doesn’t meet the policy; see the data.
api-sign-in-experiences-forgot-password-method-requires-connector = There is no connector that could send these codes.
api-hook-missing-events = A hook must want to hear of something: name its events.
api-hook-endpoint-responded-with-error = The address answered, but not that it took the delivery; see the data.
api-hook-send-test-payload-failed = The address could not be reached; see the data.

# The page that describes the JSON faces.
api-docs-title = JSON APIs
api-docs-lead = Every address, what it takes and what it answers. Programs read the same as openapi.json.
api-docs-parameters = In the address
api-docs-body = Body:
api-docs-answers = Answers
api-docs-schemas = Schemas
api-docs-required = required
