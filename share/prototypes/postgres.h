/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The backend of PostgreSQL 15: what a person asks of it. Written by scripts/prototypes/generate. The format is described in libc.h. */
// library: postgres
void AbortCurrentTransaction(void); // need: all; traits: blocks
void AcceptInvalidationMessages(void); // need: all; traits: blocks
void CreateCheckPoint(int flags); // need: all; traits: blocks
const char *GetConfigOption(const char *name, bool missing_ok, bool restrict_privileged); // need: all; traits: blocks
char *GetConfigOptionByName(const char *name, const char **varname, bool missing_ok); // need: all; traits: blocks
size_t GetMemoryChunkSpace(void *pointer); // need: all; traits: blocks
void MemoryContextAllowInCriticalSection(struct MemoryContextData *context, bool allow); // need: all; traits: blocks
void MemoryContextDelete(struct MemoryContextData *context); // need: all; traits: blocks
void MemoryContextDeleteChildren(struct MemoryContextData *context); // need: all; traits: blocks
struct MemoryContextData *MemoryContextGetParent(struct MemoryContextData *context); // need: all; traits: blocks
bool MemoryContextIsEmpty(struct MemoryContextData *context); // need: all; traits: blocks
size_t MemoryContextMemAllocated(struct MemoryContextData *context, bool recurse); // need: all; traits: blocks
void MemoryContextRegisterResetCallback(struct MemoryContextData *context, MemoryContextCallback *cb); // need: all; traits: blocks
void MemoryContextReset(struct MemoryContextData *context); // need: all; traits: blocks
void MemoryContextResetChildren(struct MemoryContextData *context); // need: all; traits: blocks
void MemoryContextResetOnly(struct MemoryContextData *context); // need: all; traits: blocks
void MemoryContextSetIdentifier(struct MemoryContextData *context, const char *id); // need: all; traits: blocks
void MemoryContextSetParent(struct MemoryContextData *context, struct MemoryContextData *new_parent); // need: all; traits: blocks
void MemoryContextStats(struct MemoryContextData *context); // need: all; traits: blocks
char *MemoryContextStrdup(struct MemoryContextData *context, const char *string); // need: all; traits: blocks
void ProcessConfigFile(int context); // need: all; traits: blocks
int SPI_connect(void); // need: all; traits: blocks
int SPI_exec(const char *src, long tcount); // need: all; traits: blocks
int SPI_execute(const char *src, bool read_only, long tcount); // need: all; traits: blocks
int SPI_finish(void); // need: all; traits: blocks
char *SPI_getvalue(HeapTupleData *tuple, struct TupleDescData *tupdesc, int fnumber); // need: all; traits: blocks
void SetConfigOption(const char *name, const char *value, int context, int source); // need: all; traits: blocks
void elog_node_display(int lev, const char *title, const void *obj, bool pretty); // need: all; traits: blocks
char *format_node_dump(const char *dump); // need: all; traits: blocks
const char *get_ps_display(int *displen); // need: all; traits: blocks
char *nodeToString(const void *obj); // need: all; traits: blocks
void set_ps_display(const char *activity); // need: all; traits: blocks
