/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libcrypto of OpenSSL 3.0: what a person asks of it. Written by scripts/prototypes/generate. The format is described in libc.h. */
// library: libcrypto
long BIO_ctrl(BIO *bp, int cmd, long larg, void *parg); // need: all; traits: blocks
int BIO_free(BIO *a); // need: all; traits: blocks
BIO *BIO_new(const BIO_METHOD *type); // need: all; traits: blocks
BIO *BIO_new_file(const char *filename, const char *mode); // need: all; traits: blocks
int BIO_puts(BIO *bp, const char *buf); // need: all; traits: blocks
int BIO_read(BIO *b, void *data, int dlen); // need: all; traits: blocks
const BIO_METHOD *BIO_s_mem(void); // need: all; traits: blocks
int BIO_write(BIO *b, const void *data, int dlen); // need: all; traits: blocks
void CRYPTO_free(void *ptr, const char *file, int line); // need: all; traits: blocks
void *CRYPTO_malloc(size_t num, const char *file, int line); // need: all; traits: blocks
void ERR_clear_error(void); // need: crypto, allocator, threads
char *ERR_error_string(unsigned long e, char *buf); // need: crypto, allocator, threads
void ERR_error_string_n(unsigned long e, char *buf, size_t len); // need: crypto, allocator, threads
const char *ERR_func_error_string(unsigned long e); // need: crypto, allocator, threads
unsigned long ERR_get_error(void); // need: crypto, allocator, threads
const char *ERR_lib_error_string(unsigned long e); // need: crypto, allocator, threads
unsigned long ERR_peek_error(void); // need: crypto, allocator, threads
unsigned long ERR_peek_last_error(void); // need: crypto, allocator, threads
void ERR_print_errors(BIO *bp); // need: all; traits: blocks
void ERR_print_errors_fp(FILE *fp); // need: all; traits: blocks
const char *ERR_reason_error_string(unsigned long e); // need: crypto, allocator, threads
int EVP_Digest(const void *data, size_t count, unsigned char *md, unsigned int *size, const EVP_MD *type, ENGINE *impl); // need: all; traits: blocks
int EVP_DigestFinal_ex(EVP_MD_CTX *ctx, unsigned char *md, unsigned int *s); // need: all; traits: blocks
int EVP_DigestInit_ex(EVP_MD_CTX *ctx, const EVP_MD *type, ENGINE *impl); // need: all; traits: blocks
int EVP_DigestUpdate(EVP_MD_CTX *ctx, const void *d, size_t cnt); // need: all; traits: blocks
void EVP_MD_CTX_free(EVP_MD_CTX *ctx); // need: all; traits: blocks
EVP_MD_CTX *EVP_MD_CTX_new(void); // need: all; traits: blocks
int EVP_default_properties_enable_fips(OSSL_LIB_CTX *libctx, int enable); // need: all; traits: blocks
int EVP_default_properties_is_fips_enabled(OSSL_LIB_CTX *libctx); // need: all; traits: blocks
const EVP_CIPHER *EVP_get_cipherbyname(const char *name); // need: all; traits: blocks
const EVP_MD *EVP_get_digestbyname(const char *name); // need: all; traits: blocks
const EVP_MD *EVP_md5(void); // need: all; traits: blocks
const EVP_MD *EVP_sha1(void); // need: all; traits: blocks
const EVP_MD *EVP_sha256(void); // need: all; traits: blocks
const EVP_MD *EVP_sha512(void); // need: all; traits: blocks
unsigned char *HMAC(const EVP_MD *evp_md, const void *key, int key_len, const unsigned char *data, size_t data_len, unsigned char *md, unsigned int *md_len); // need: all; traits: blocks
unsigned char *MD5(const unsigned char *d, size_t n, unsigned char *md); // need: all; traits: blocks
void OPENSSL_cleanup(void); // need: all; traits: blocks
const char *OPENSSL_info(int type); // need: all; traits: blocks
int OPENSSL_init_crypto(uint64_t opts, const OPENSSL_INIT_SETTINGS *settings); // need: all; traits: blocks
void OPENSSL_thread_stop(void); // need: all; traits: blocks
unsigned int OPENSSL_version_major(void); // need: crypto
unsigned int OPENSSL_version_minor(void); // need: crypto
unsigned int OPENSSL_version_patch(void); // need: crypto
const char *OpenSSL_version(int type); // need: crypto
unsigned long OpenSSL_version_num(void); // need: crypto
void RAND_add(const void *buf, int num, double randomness); // need: all; traits: blocks
int RAND_bytes(unsigned char *buf, int num); // need: all; traits: blocks
int RAND_poll(void); // need: all; traits: blocks
int RAND_priv_bytes(unsigned char *buf, int num); // need: all; traits: blocks
void RAND_seed(const void *buf, int num); // need: all; traits: blocks
int RAND_status(void); // need: all; traits: blocks
unsigned char *SHA1(const unsigned char *d, size_t n, unsigned char *md); // need: all; traits: blocks
unsigned char *SHA224(const unsigned char *d, size_t n, unsigned char *md); // need: all; traits: blocks
unsigned char *SHA256(const unsigned char *d, size_t n, unsigned char *md); // need: all; traits: blocks
unsigned char *SHA384(const unsigned char *d, size_t n, unsigned char *md); // need: all; traits: blocks
unsigned char *SHA512(const unsigned char *d, size_t n, unsigned char *md); // need: all; traits: blocks
char *X509_NAME_oneline(const X509_NAME *a, char *buf, int size); // need: all; traits: blocks
void X509_free(X509 *a); // need: all; traits: blocks
X509_NAME *X509_get_issuer_name(const X509 *a); // need: all; traits: blocks
X509_NAME *X509_get_subject_name(const X509 *a); // need: all; traits: blocks
const char *X509_verify_cert_error_string(long n); // need: all; traits: blocks
