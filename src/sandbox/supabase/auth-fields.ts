import { z } from "zod";

const words = (text: string) => text.trim().split(/\s+/);

/** Sign-in providers, and which of the three usual fields beside `_enabled` each has. */
const PLAIN_PROVIDERS = words(`apple azure bitbucket discord facebook figma github gitlab google kakao keycloak
  linkedin_oidc slack_oidc notion slack spotify twitch twitter x zoom workos`);
const WITHOUT_EMAIL_OPTIONAL = ["workos"];
const HOOKS = words(`custom_access_token mfa_verification_attempt password_verification_attempt send_sms send_email
  before_user_created after_user_created`);
const MAILS = words("confirmation email_change invite magic_link reauthentication recovery");
const NOTIFICATIONS = words(`password_changed email_changed phone_changed mfa_factor_enrolled mfa_factor_unenrolled
  identity_linked identity_unlinked`);

/** Fields whose value in a new project is known or must be set; the others start as null. Values are inferred. */
export const STARTING_VALUES: Record<string, unknown> = {
  ...Object.fromEntries(
    [...PLAIN_PROVIDERS, "web3_solana", "web3_ethereum"].map((name) => [`external_${name}_enabled`, false]),
  ),
  ...Object.fromEntries(HOOKS.map((name) => [`hook_${name}_enabled`, false])),
  ...Object.fromEntries(NOTIFICATIONS.map((name) => [`mailer_notifications_${name}_enabled`, false])),
  disable_signup: false,
  site_url: "http://localhost:3000",
  uri_allow_list: "",
  jwt_exp: 3600,
  external_email_enabled: true,
  external_phone_enabled: false,
  external_anonymous_users_enabled: false,
  mailer_autoconfirm: false,
  mailer_secure_email_change_enabled: true,
  mailer_otp_exp: 3600,
  mailer_otp_length: 8,
  password_min_length: 6,
  rate_limit_anonymous_users: 30,
  rate_limit_email_sent: 2,
  rate_limit_sms_sent: 30,
  rate_limit_token_refresh: 150,
  rate_limit_verify: 30,
  rate_limit_otp: 30,
  rate_limit_web3: 30,
  refresh_token_rotation_enabled: true,
  security_refresh_token_reuse_interval: 10,
  mfa_phone_otp_length: 6,
  sms_otp_length: 6,
  sms_otp_exp: 60,
  custom_oauth_max_providers: 3,
  passkey_enabled: false,
  oauth_server_enabled: false,
  oauth_server_allow_dynamic_registration: false,
  custom_oauth_enabled: false,
};

/** All fields of the contract, by the pattern of their names. */
export const FIELDS = [
  ...PLAIN_PROVIDERS.flatMap((name) => [
    ...[`external_${name}_enabled`, `external_${name}_client_id`, `external_${name}_secret`],
    ...(WITHOUT_EMAIL_OPTIONAL.includes(name) ? [] : [`external_${name}_email_optional`]),
  ]),
  ...words("azure gitlab keycloak workos").map((name) => `external_${name}_url`),
  ...words("apple google").map((name) => `external_${name}_additional_client_ids`),
  ...HOOKS.flatMap((name) => [`hook_${name}_enabled`, `hook_${name}_uri`, `hook_${name}_secrets`]),
  ...MAILS.flatMap((name) => [`mailer_subjects_${name}`, `mailer_templates_${name}_content`]),
  ...NOTIFICATIONS.flatMap((name) => [
    ...[`mailer_notifications_${name}_enabled`, `mailer_subjects_${name}_notification`],
    `mailer_templates_${name}_notification_content`,
  ]),
  ...words(`api_max_request_duration custom_oauth_enabled custom_oauth_max_providers db_max_pool_size
    db_max_pool_size_unit disable_signup external_anonymous_users_enabled external_email_enabled
    external_google_skip_nonce_check external_phone_enabled external_web3_ethereum_enabled
    external_web3_solana_enabled jwt_exp mailer_allow_unverified_email_sign_ins mailer_autoconfirm mailer_otp_exp
    mailer_otp_length mailer_secure_email_change_enabled mfa_max_enrolled_factors mfa_phone_enroll_enabled
    mfa_phone_max_frequency mfa_phone_otp_length mfa_phone_template mfa_phone_verify_enabled mfa_totp_enroll_enabled
    mfa_totp_verify_enabled mfa_web_authn_enroll_enabled mfa_web_authn_verify_enabled nimbus_oauth_client_id
    nimbus_oauth_client_secret nimbus_oauth_email_optional oauth_server_allow_dynamic_registration
    oauth_server_authorization_path oauth_server_enabled passkey_enabled password_hibp_enabled password_min_length
    password_required_characters rate_limit_anonymous_users rate_limit_email_sent rate_limit_otp rate_limit_sms_sent
    rate_limit_token_refresh rate_limit_verify rate_limit_web3 refresh_token_rotation_enabled
    saml_allow_encrypted_assertions saml_enabled saml_external_url security_captcha_enabled security_captcha_provider
    security_captcha_secret security_manual_linking_enabled security_refresh_token_reuse_interval
    security_sb_forwarded_for_enabled security_update_password_require_reauthentication sessions_inactivity_timeout
    sessions_single_per_user sessions_tags sessions_timebox site_url sms_autoconfirm sms_max_frequency
    sms_messagebird_access_key sms_messagebird_originator sms_otp_exp sms_otp_length sms_provider sms_template
    sms_test_otp sms_test_otp_valid_until sms_textlocal_api_key sms_textlocal_sender sms_twilio_account_sid
    sms_twilio_auth_token sms_twilio_content_sid sms_twilio_message_service_sid sms_twilio_verify_account_sid
    sms_twilio_verify_auth_token sms_twilio_verify_message_service_sid sms_vonage_api_key sms_vonage_api_secret
    sms_vonage_from smtp_admin_email smtp_host smtp_max_frequency smtp_pass smtp_port smtp_sender_name smtp_user
    uri_allow_list webauthn_rp_display_name webauthn_rp_id webauthn_rp_origins`),
];

/** Switches whose name does not end as the others' do. */
const SWITCHES = words(`disable_signup external_google_skip_nonce_check mailer_allow_unverified_email_sign_ins
  mailer_autoconfirm saml_allow_encrypted_assertions security_update_password_require_reauthentication
  sessions_single_per_user sms_autoconfirm oauth_server_allow_dynamic_registration`);
const NEVER_NULL = words("mailer_otp_exp sms_otp_length passkey_enabled custom_oauth_enabled");
/** Null may be sent for these but is never answered: that it brings the starting value back is inferred. */
export const RESTORED_BY_NULL = words(
  "mfa_phone_otp_length oauth_server_enabled oauth_server_allow_dynamic_registration",
);

const LARGEST = 2_147_483_647;
const LARGEST_SHORT = 32_767;

/** Whole numbers: least and greatest. */
const NUMBERS: Record<string, readonly [number, number]> = {
  ...Object.fromEntries(
    FIELDS.filter((field) => field.startsWith("rate_limit_")).map((field) => [field, [1, LARGEST]]),
  ),
  api_max_request_duration: [-LARGEST, LARGEST],
  custom_oauth_max_providers: [-LARGEST, LARGEST],
  db_max_pool_size: [-LARGEST, LARGEST],
  jwt_exp: [0, 604_800],
  mailer_otp_exp: [0, LARGEST],
  mailer_otp_length: [6, 10],
  mfa_max_enrolled_factors: [0, LARGEST],
  mfa_phone_max_frequency: [0, LARGEST_SHORT],
  mfa_phone_otp_length: [0, LARGEST_SHORT],
  password_min_length: [6, LARGEST_SHORT],
  security_refresh_token_reuse_interval: [0, LARGEST],
  sms_max_frequency: [0, LARGEST_SHORT],
  sms_otp_exp: [0, LARGEST],
  sms_otp_length: [0, LARGEST_SHORT],
  smtp_max_frequency: [0, LARGEST_SHORT],
};

const withoutComma = z.string().regex(/^[^,]+$/);
const letters = "abcdefghijklmnopqrstuvwxyz";
const capitals = letters.toUpperCase();
const digits = "0123456789";

/** The contract's rules on the fields that are more than a switch, a whole number or a text. */
const RULES: Record<string, z.ZodType> = {
  site_url: withoutComma,
  saml_external_url: withoutComma,
  smtp_admin_email: z.email(),
  sessions_timebox: z.number().min(0),
  sessions_inactivity_timeout: z.number().min(0),
  sessions_tags: z.string().regex(/^\s*([a-zA-Z0-9_-]+(\s*,+\s*)?)*\s*$/),
  sms_test_otp: z.string().regex(/^([0-9]{1,15}=[0-9]+,?)*$/),
  sms_test_otp_valid_until: z.iso.datetime({ offset: true }),
  security_captcha_provider: z.enum(["turnstile", "hcaptcha"]),
  sms_provider: z.enum(["messagebird", "textlocal", "twilio", "twilio_verify", "vonage"]),
  db_max_pool_size_unit: z.enum(["connections", "percent"]),
  password_required_characters: z.enum([
    `${letters}${capitals}:${digits}`,
    `${letters}:${capitals}:${digits}`,
    `${letters}:${capitals}:${digits}:!@#$%^&*()_+-=[]{};'\\\\:"|<>?,./\`~`,
    "",
  ]),
};

function ruleOf(field: string): z.ZodType {
  const number = NUMBERS[field];
  const rule = RULES[field] ?? (number ? z.number().int().min(number[0]).max(number[1]) : undefined);
  if (rule) return rule;
  return /_(enabled|optional)$/.test(field) || SWITCHES.includes(field) ? z.boolean() : z.string();
}

/** What a PATCH may set. Unknown fields are dropped, not refused: the contract does not forbid them. */
export const AuthChange = z.object(
  Object.fromEntries(
    FIELDS.map((field) => {
      const rule = ruleOf(field).optional();
      return [field, NEVER_NULL.includes(field) ? rule : rule.nullable()];
    }),
  ),
);
