/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* zlib. A stream is its caller's: give none that the interrupted code is using. Written by scripts/prototypes/generate. The format is described in libc.h. */
// library: libz
unsigned long adler32(unsigned long adler, const Bytef *buf, unsigned int len); // need: none
unsigned long adler32_combine(unsigned long, unsigned long, off_t); // need: none
unsigned long adler32_z(unsigned long adler, const Bytef *buf, size_t len); // need: none
int compress(Bytef *dest, uLongf *destLen, const Bytef *source, unsigned long sourceLen); // need: allocator
int compress2(Bytef *dest, uLongf *destLen, const Bytef *source, unsigned long sourceLen, int level); // need: allocator
unsigned long compressBound(unsigned long sourceLen); // need: none
unsigned long crc32(unsigned long crc, const Bytef *buf, unsigned int len); // need: none
unsigned long crc32_combine(unsigned long, unsigned long, off_t); // need: none
unsigned long crc32_combine_gen(off_t); // need: none
unsigned long crc32_combine_op(unsigned long crc1, unsigned long crc2, unsigned long op); // need: none
unsigned long crc32_z(unsigned long crc, const Bytef *buf, size_t len); // need: none
int deflate(z_stream *strm, int flush); // need: allocator
unsigned long deflateBound(z_stream *strm, unsigned long sourceLen); // need: allocator
int deflateCopy(z_stream *dest, z_stream *source); // need: allocator
int deflateEnd(z_stream *strm); // need: allocator
int deflateGetDictionary(z_stream *strm, Bytef *dictionary, uInt *dictLength); // need: allocator
int deflateInit2_(z_stream *strm, int level, int method, int windowBits, int memLevel, int strategy, const char *version, int stream_size); // need: allocator
int deflateInit_(z_stream *strm, int level, const char *version, int stream_size); // need: allocator
int deflateParams(z_stream *strm, int level, int strategy); // need: allocator
int deflatePending(z_stream *strm, unsigned *pending, int *bits); // need: allocator
int deflatePrime(z_stream *strm, int bits, int value); // need: allocator
int deflateReset(z_stream *strm); // need: allocator
int deflateResetKeep(z_stream *); // need: allocator
int deflateSetDictionary(z_stream *strm, const Bytef *dictionary, unsigned int dictLength); // need: allocator
int deflateSetHeader(z_stream *strm, gz_header *head); // need: allocator
int deflateTune(z_stream *strm, int good_length, int max_lazy, int nice_length, int max_chain); // need: allocator
const z_crc_t *get_crc_table(void); // need: none
int gzbuffer(struct gzFile_s *file, unsigned size); // need: allocator; traits: blocks
void gzclearerr(struct gzFile_s *file); // need: allocator; traits: blocks
int gzclose(struct gzFile_s *file); // need: allocator; traits: blocks
int gzclose_r(struct gzFile_s *file); // need: allocator; traits: blocks
int gzclose_w(struct gzFile_s *file); // need: allocator; traits: blocks
int gzdirect(struct gzFile_s *file); // need: allocator; traits: blocks
struct gzFile_s *gzdopen(int fd, const char *mode); // need: allocator, locale; traits: blocks
int gzeof(struct gzFile_s *file); // need: allocator; traits: blocks
const char *gzerror(struct gzFile_s *file, int *errnum); // need: allocator; traits: blocks
int gzflush(struct gzFile_s *file, int flush); // need: allocator; traits: blocks
size_t gzfread(void *buf, size_t size, size_t nitems, struct gzFile_s *file); // need: allocator; traits: blocks
size_t gzfwrite(void const *buf, size_t size, size_t nitems, struct gzFile_s *file); // need: allocator; traits: blocks
int gzgetc(struct gzFile_s *file); // need: allocator; traits: blocks
int gzgetc_(struct gzFile_s *file); // need: allocator; traits: blocks
char *gzgets(struct gzFile_s *file, char *buf, int len); // need: allocator; traits: blocks
off_t gzoffset(struct gzFile_s *); // need: allocator; traits: blocks
struct gzFile_s *gzopen(const char *, const char *); // need: allocator, locale; traits: blocks
int gzprintf(struct gzFile_s *file, const char *format, ...); // need: allocator, locale; traits: blocks
int gzputc(struct gzFile_s *file, int c); // need: allocator; traits: blocks
int gzputs(struct gzFile_s *file, const char *s); // need: allocator; traits: blocks
int gzread(struct gzFile_s *file, void *buf, unsigned len); // need: allocator; traits: blocks
int gzrewind(struct gzFile_s *file); // need: allocator; traits: blocks
off_t gzseek(struct gzFile_s *, off_t, int); // need: allocator; traits: blocks
int gzsetparams(struct gzFile_s *file, int level, int strategy); // need: allocator; traits: blocks
off_t gztell(struct gzFile_s *); // need: allocator; traits: blocks
int gzungetc(int c, struct gzFile_s *file); // need: allocator; traits: blocks
int gzwrite(struct gzFile_s *file, void const *buf, unsigned len); // need: allocator; traits: blocks
int inflate(z_stream *strm, int flush); // need: allocator
int inflateBack(z_stream *strm, unsigned (*in)(void *, unsigned char **), void *in_desc, int (*out)(void *, unsigned char *, unsigned), void *out_desc); // need: all
int inflateBackEnd(z_stream *strm); // need: allocator
int inflateBackInit_(z_stream *strm, int windowBits, unsigned char *window, const char *version, int stream_size); // need: allocator
unsigned long inflateCodesUsed(z_stream *); // need: allocator
int inflateCopy(z_stream *dest, z_stream *source); // need: allocator
int inflateEnd(z_stream *strm); // need: allocator
int inflateGetDictionary(z_stream *strm, Bytef *dictionary, uInt *dictLength); // need: allocator
int inflateGetHeader(z_stream *strm, gz_header *head); // need: allocator
int inflateInit2_(z_stream *strm, int windowBits, const char *version, int stream_size); // need: allocator
int inflateInit_(z_stream *strm, const char *version, int stream_size); // need: allocator
long inflateMark(z_stream *strm); // need: allocator
int inflatePrime(z_stream *strm, int bits, int value); // need: allocator
int inflateReset(z_stream *strm); // need: allocator
int inflateReset2(z_stream *strm, int windowBits); // need: allocator
int inflateResetKeep(z_stream *); // need: allocator
int inflateSetDictionary(z_stream *strm, const Bytef *dictionary, unsigned int dictLength); // need: allocator
int inflateSync(z_stream *strm); // need: allocator
int inflateSyncPoint(z_stream *); // need: allocator
int inflateUndermine(z_stream *, int); // need: allocator
int inflateValidate(z_stream *, int); // need: allocator
int uncompress(Bytef *dest, uLongf *destLen, const Bytef *source, unsigned long sourceLen); // need: allocator
int uncompress2(Bytef *dest, uLongf *destLen, const Bytef *source, uLong *sourceLen); // need: allocator
const char *zError(int); // need: none
unsigned long zlibCompileFlags(void); // need: none
const char *zlibVersion(void); // need: none
