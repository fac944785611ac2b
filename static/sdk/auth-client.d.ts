/** Somebody, as far as their app needs to know. */
export interface AuthUser {
  id: string;
  email: string | null;
  name?: string;
  avatar?: string;
}

/** A session. `expires_at` is in milliseconds since 1970, by the clock of this device. */
export interface AuthSession {
  access_token: string;
  refresh_token: string;
  expires_at: number;
  user: AuthUser;
}

/** The session of somebody who just came in. */
export interface EnteredSession extends AuthSession {
  /** A password has to be set, with `updatePassword`: there is none yet, or the session is good for nothing else. Not kept with the session. */
  password_required?: true;
}

export type OtpVerifyType = 'email' | 'recovery' | 'signup' | 'magiclink' | 'invite';

export type AuthChangeEvent =
  | 'INITIAL_SESSION'
  | 'SIGNED_IN'
  | 'SIGNED_OUT'
  | 'TOKEN_REFRESHED'
  | 'USER_UPDATED'
  | 'PASSWORD_RECOVERY';

export type SignUpResult =
  | { kind: 'signed_in'; session: AuthSession; user: AuthUser }
  /** `user.id` becomes the id of the account, if one is created. */
  | { kind: 'confirmation_required'; email: string; user: AuthUser }
  | { kind: 'already_registered'; email: string };

export interface LastLogin {
  method: string;
  email: string | null;
}

/** Where the session is kept. `watch` tells of changes that others made and answers with what ends it. */
export interface StorageAdapter {
  getItem(key: string): Promise<string | null>;
  setItem(key: string, value: string): Promise<void>;
  removeItem(key: string): Promise<void>;
  watch?(key: string, changed: (value: string | null) => void): () => void;
}

export interface AuthClientOptions {
  /** The id of a public application. */
  paywallId: string;
  /** The server's origin; the module's own when it was loaded from there. */
  apiOrigin?: string;
  storage?: StorageAdapter;
  fetch?: typeof fetch;
  /** How long an answer may take, in milliseconds; 30,000 unless said otherwise. */
  timeout?: number;
}

interface Metadata {
  userMeta?: Record<string, unknown>;
}

interface Guarded {
  /** What shows that nobody is a machine, where the server asks for it. */
  captchaToken?: string;
}

interface Repeatable {
  /** Names the call, so that it happens once in a day. */
  idempotencyKey?: string;
}

/** `code` is stable; `status` is that of the answer, missing where there was none; `cause` is its body. */
export class PaywallError extends Error {
  readonly code: string;
  readonly status?: number;
  /** How long to wait before another try, in whole seconds, where the server said so. */
  readonly retryAfter?: number;
  constructor(code: string, details?: { message?: string; status?: number; cause?: unknown; retryAfter?: number });
}

export class AuthClient {
  constructor(options: AuthClientOptions);
  ready(): Promise<void>;
  getCachedSession(): AuthSession | null;
  getCachedUser(): AuthUser | null;
  getAccessToken(): Promise<string | null>;
  getLastLogin(): Promise<LastLogin | null>;
  requestPasswordReset(input: { email: string } & Guarded): Promise<void>;
  sendOtp(input: { email: string; createUser?: boolean } & Metadata & Guarded): Promise<void>;
  verifyOtp(input: { email: string; token: string; type?: OtpVerifyType } & Metadata): Promise<EnteredSession>;
  updatePassword(input: { password: string }): Promise<void>;
  signInWithEmail(input: { email: string; password: string } & Metadata & Repeatable): Promise<EnteredSession>;
  signUp(input: { email: string; password: string } & Metadata & Guarded & Repeatable): Promise<SignUpResult>;
  resendConfirmation(input: { email: string } & Repeatable): Promise<void>;
  /** Always refused with `oauth_unavailable`. */
  signInWithOAuth(input?: unknown): Promise<never>;
  refresh(): Promise<AuthSession | null>;
  signOut(): Promise<void>;
  revokeAllSessions(): Promise<void>;
  onAuthChange(listener: (event: AuthChangeEvent, session: AuthSession | null) => void): () => void;
  destroy(): void;
  readonly isDestroyed: boolean;
}
