/** Variables by which npm finds packages and keeps them, and whose certificates it trusts: builds of local folders need them. */
export const REGISTRY =
  /^(npm_config_(registry|cache|userconfig|globalconfig|cafile)|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i;
