# Was die JSON-Schnittstellen neben ihren Codes sagen: `api-` und der Code.
api-malformed = Der Inhalt ist kein gültiges JSON.
api-guard-invalid-input = Der Inhalt ist nicht, was er sein muss; siehe details.
api-request-invalid-input = Es fehlt etwas; siehe data.
api-request-not-json = Der Inhalt muss JSON sein, mit content-type: application/json.
api-request-too-large = Der Inhalt ist größer, als hier angenommen wird.
api-request-rate-limited = Das war viel in kurzer Zeit. Bitte so lange warten, wie Retry-After sagt.
api-request-unavailable = Etwas Nötiges antwortet nicht. Bitte so lange warten, wie Retry-After sagt.
api-request-failed = Auf unserer Seite ging etwas schief; im Protokoll steht es unter der X-Request-Id.
api-request-refused = Das geht hier nicht.
api-request-not-found = Unter dieser Adresse gibt es nichts.
api-request-method-not-allowed = Diese Adresse nimmt die Methode nicht an; siehe Allow.
api-auth-authorization-header-missing = Der Authorization-Header fehlt.
api-auth-authorization-token-type-not-supported = Der Authorization-Header muss Bearer und ein Token nennen.
api-auth-unauthorized = Dieses Token ist hier nicht bekannt.
api-auth-forbidden = Dieses Token darf das nicht.
api-entity-not-found = Zu dieser Id gibt es nichts.
api-entity-not-exists-with-id = Zu dieser Id gibt es nichts; siehe data.
api-guard-invalid-pagination = page muss mindestens 1 sein, page_size 1 bis 100.
api-jwt-customizer-general = Ein Claim ließ sich nicht bilden, also gäbe es kein Token; siehe data.
api-entity-unique-integrity-violation = Unter dieser Id oder diesem Namen gibt es schon etwas.
api-password-rejected = Das Passwort erfüllt die Richtlinie nicht; siehe data.
api-sign-in-experiences-forgot-password-method-requires-connector = Es gibt keinen Connector, der diese Codes senden könnte.
api-hook-missing-events = Ein Hook muss von etwas hören wollen: nennen Sie seine Ereignisse.
api-hook-endpoint-responded-with-error = Die Adresse hat geantwortet, aber nicht, dass sie die Zustellung annimmt; siehe data.
api-hook-send-test-payload-failed = Die Adresse war nicht zu erreichen; siehe data.

# The page that describes the JSON faces.
api-docs-title = JSON-Schnittstellen
api-docs-lead = Jede Adresse, was sie nimmt und was sie antwortet. Programme lesen dasselbe als openapi.json.
api-docs-parameters = In der Adresse
api-docs-body = Inhalt:
api-docs-answers = Antworten
api-docs-schemas = Schemata
api-docs-required = nötig
