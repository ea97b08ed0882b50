/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libssl of OpenSSL 3.0: what a person asks of it. Written by scripts/prototypes/generate. The format is described in libc.h. */
// library: libssl
int OPENSSL_init_ssl(uint64_t opts, const OPENSSL_INIT_SETTINGS *settings); // need: all; traits: blocks
int SSL_CIPHER_get_bits(const SSL_CIPHER *c, int *alg_bits); // need: all; traits: blocks
const char *SSL_CIPHER_get_name(const SSL_CIPHER *c); // need: all; traits: blocks
const char *SSL_CIPHER_get_version(const SSL_CIPHER *c); // need: all; traits: blocks
int SSL_CTX_check_private_key(const SSL_CTX *ctx); // need: all; traits: blocks
long SSL_CTX_ctrl(SSL_CTX *ctx, int cmd, long larg, void *parg); // need: all; traits: blocks
void SSL_CTX_flush_sessions(SSL_CTX *ctx, long tm); // need: all; traits: blocks
void SSL_CTX_free(SSL_CTX *); // need: all; traits: blocks
X509_STORE *SSL_CTX_get_cert_store(const SSL_CTX *); // need: all; traits: blocks
uint64_t SSL_CTX_get_options(const SSL_CTX *ctx); // need: all; traits: blocks
long SSL_CTX_get_timeout(const SSL_CTX *ctx); // need: all; traits: blocks
int SSL_CTX_get_verify_mode(const SSL_CTX *ctx); // need: all; traits: blocks
int SSL_CTX_load_verify_file(SSL_CTX *ctx, const char *CAfile); // need: all; traits: blocks
int SSL_CTX_load_verify_locations(SSL_CTX *ctx, const char *CAfile, const char *CApath); // need: all; traits: blocks
int SSL_CTX_set_cipher_list(SSL_CTX *, const char *str); // need: all; traits: blocks
int SSL_CTX_set_ciphersuites(SSL_CTX *ctx, const char *str); // need: all; traits: blocks
void SSL_CTX_set_info_callback(SSL_CTX *ctx, void (*cb)(const SSL *, int, int)); // need: all; traits: blocks
void SSL_CTX_set_keylog_callback(SSL_CTX *ctx, void (*cb)(const SSL *, const char *)); // need: all; traits: blocks
uint64_t SSL_CTX_set_options(SSL_CTX *ctx, uint64_t op); // need: all; traits: blocks
long SSL_CTX_set_timeout(SSL_CTX *ctx, long t); // need: all; traits: blocks
void SSL_CTX_set_verify(SSL_CTX *ctx, int mode, int (*callback)(int, X509_STORE_CTX *)); // need: all; traits: blocks
int SSL_CTX_use_PrivateKey_file(SSL_CTX *ctx, const char *file, int type); // need: all; traits: blocks
int SSL_CTX_use_certificate_chain_file(SSL_CTX *ctx, const char *file); // need: all; traits: blocks
int SSL_CTX_use_certificate_file(SSL_CTX *ctx, const char *file, int type); // need: all; traits: blocks
const char *SSL_alert_desc_string_long(int value); // need: all; traits: blocks
const char *SSL_alert_type_string_long(int value); // need: all; traits: blocks
long SSL_ctrl(SSL *ssl, int cmd, long larg, void *parg); // need: all; traits: blocks
void SSL_free(SSL *ssl); // need: all; traits: blocks
void SSL_get0_alpn_selected(const SSL *ssl, const unsigned char **data, unsigned int *len); // need: all; traits: blocks
X509 *SSL_get1_peer_certificate(const SSL *s); // need: all; traits: blocks
SSL_CTX *SSL_get_SSL_CTX(const SSL *ssl); // need: all; traits: blocks
const SSL_CIPHER *SSL_get_current_cipher(const SSL *s); // need: all; traits: blocks
int SSL_get_error(const SSL *s, int ret_code); // need: all; traits: blocks
int SSL_get_fd(const SSL *s); // need: all; traits: blocks
uint64_t SSL_get_options(const SSL *s); // need: all; traits: blocks
int SSL_get_rfd(const SSL *s); // need: all; traits: blocks
const char *SSL_get_servername(const SSL *s, const int type); // need: all; traits: blocks
SSL_SESSION *SSL_get_session(const SSL *ssl); // need: all; traits: blocks
int SSL_get_shutdown(const SSL *ssl); // need: all; traits: blocks
int SSL_get_state(const SSL *ssl); // need: all; traits: blocks
long SSL_get_verify_result(const SSL *ssl); // need: all; traits: blocks
const char *SSL_get_version(const SSL *s); // need: all; traits: blocks
int SSL_get_wfd(const SSL *s); // need: all; traits: blocks
int SSL_in_init(const SSL *s); // need: all; traits: blocks
int SSL_is_init_finished(const SSL *s); // need: all; traits: blocks
int SSL_is_server(const SSL *s); // need: all; traits: blocks
int SSL_key_update(SSL *s, int updatetype); // need: all; traits: blocks
int SSL_pending(const SSL *s); // need: all; traits: blocks
int SSL_read(SSL *ssl, void *buf, int num); // need: all; traits: blocks
int SSL_renegotiate(SSL *s); // need: all; traits: blocks
int SSL_session_reused(const SSL *s); // need: all; traits: blocks
void SSL_set_accept_state(SSL *s); // need: all; traits: blocks
void SSL_set_connect_state(SSL *s); // need: all; traits: blocks
uint64_t SSL_set_options(SSL *s, uint64_t op); // need: all; traits: blocks
int SSL_shutdown(SSL *s); // need: all; traits: blocks
const char *SSL_state_string_long(const SSL *s); // need: all; traits: blocks
int SSL_version(const SSL *ssl); // need: all; traits: blocks
int SSL_want(const SSL *s); // need: all; traits: blocks
int SSL_write(SSL *ssl, const void *buf, int num); // need: all; traits: blocks
