/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The C API of CPython. Nearly all of it needs the GIL, and runs code that may do anything. The format is described in libc.h. */
// library: cpython
int PyErr_CheckSignals(void); // need: all; traits: blocks, threads, timed
void PyErr_Clear(void); // need: all; traits: blocks, threads, timed
PyObject *PyErr_Occurred(void); // need: all; traits: blocks, threads, timed
void PyErr_Print(void); // need: all; traits: blocks, threads, timed
void PyErr_SetInterrupt(void); // need: all; traits: blocks, threads, timed
void PyEval_RestoreThread(PyThreadState *state); // need: all; traits: blocks, threads, timed
PyThreadState *PyEval_SaveThread(void); // need: all; traits: blocks, threads, timed
Py_ssize_t PyGC_Collect(void); // need: all; traits: blocks, threads, timed
int PyGC_Disable(void); // need: all; traits: blocks, threads, timed
int PyGC_Enable(void); // need: all; traits: blocks, threads, timed
int PyGC_IsEnabled(void); // need: interpreter
int PyGILState_Check(void); // need: interpreter
PyGILState_STATE PyGILState_Ensure(void); // need: all; traits: blocks, threads, timed
PyThreadState *PyGILState_GetThisThreadState(void); // need: interpreter
void PyGILState_Release(PyGILState_STATE state); // need: all; traits: blocks, threads, timed
PyObject *PyImport_AddModule(const char *name); // need: all; traits: blocks, threads, timed
PyObject *PyImport_ImportModule(const char *name); // need: all; traits: blocks, threads, timed
void PyMem_Free(void *mem); // need: all; traits: blocks, threads, timed
PyObject *PyModule_GetDict(PyObject *module); // need: all; traits: blocks, threads, timed
PyObject *PyObject_CallMethod(PyObject *object, const char *name, const char *format, ...); // need: all; traits: blocks, threads, timed
PyObject *PyObject_CallNoArgs(PyObject *callable); // need: all; traits: blocks, threads, timed
PyObject *PyObject_GetAttrString(PyObject *object, const char *name); // need: all; traits: blocks, threads, timed
PyObject *PyObject_Repr(PyObject *object); // need: all; traits: blocks, threads, timed
PyObject *PyObject_Str(PyObject *object); // need: all; traits: blocks, threads, timed
int PyRun_SimpleString(const char *code); // need: all; traits: blocks, threads, timed
int PyRun_SimpleStringFlags(const char *code, PyCompilerFlags *flags); // need: all; traits: blocks, threads, timed
PyObject *PyRun_String(const char *code, int start, PyObject *globals, PyObject *locals); // need: all; traits: blocks, threads, timed
PyObject *PySys_GetObject(const char *name); // need: all; traits: blocks, threads, timed
int PySys_SetObject(const char *name, PyObject *value); // need: all; traits: blocks, threads, timed
const char *PyUnicode_AsUTF8(PyObject *object); // need: all; traits: blocks, threads, timed
PyObject *PyUnicode_FromString(const char *text); // need: all; traits: blocks, threads, timed
int Py_AddPendingCall(int (*function)(void *arg), void *arg); // need: all; traits: blocks, threads, timed
void Py_DecRef(PyObject *object); // need: all; traits: blocks, threads, timed
void Py_IncRef(PyObject *object); // need: all; traits: blocks, threads, timed
int Py_IsInitialized(void); // need: none
int Py_MakePendingCalls(void); // need: all; traits: blocks, threads, timed
void _PyObject_Dump(PyObject *object); // need: all; traits: blocks, threads, timed
void _Py_DumpTraceback(int fd, PyThreadState *state); // need: all; traits: blocks, threads, timed
const char *_Py_DumpTracebackThreads(int fd, PyInterpreterState *interpreter, PyThreadState *state); // need: all; traits: blocks, threads, timed
