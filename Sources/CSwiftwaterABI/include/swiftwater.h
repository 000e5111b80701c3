/// The C interface of Swiftwater's engine: runs plans over tables that come and go by the Arrow C data interface.
///
///     char *error = NULL;
///     sw_table *events = NULL;
///     if (sw_table_import(&stream, &events, &error) != 0) { … error is JSON … sw_string_free(error); }
///     const char *names[] = {"events"};
///     sw_table *tables[] = {events};
///     sw_run *run = NULL;
///     const char *plan = "{\"frames\": {\"hot\": {\"from\": \"events\", \"steps\": [{\"filter\": \"cpu > 90\"}]}},"
///                        " \"outputs\": [{\"from\": \"hot\"}]}";
///     if (sw_run_start(plan, NULL, 1, names, tables, &run, &error) == 0) {
///         while (!sw_run_wait(run, 100)) {}
///         if (sw_run_finish(run, &report, &error) == 0 && sw_run_table(run, "hot", &hot, &error) == 0) { … }
///         sw_run_release(run);
///     }
///
/// Functions that can fail return 0, or 1 with `*error` set to a JSON text that the caller frees:
/// `{"kind": "usage", "message": "no column 'cup'", "hint": "did you mean 'cpu'?", "column": "cup"}` with `file`, `line`
/// and `position` (the byte in the line) where there is a place in the input. Kinds: `usage`, `data`, `io`, `memory`,
/// `unsupported`, `cancelled`, `fork`. Texts are UTF-8 and end with a zero byte.
///
/// Every function may be called from any thread, also at once, but one `sw_run` or stream by one thread at a time
/// except for `sw_run_cancel` and `sw_run_progress`. A process that was forked while another thread was inside the
/// engine gets errors of kind `fork`; forked at any other time, parent and child both go on.
#ifndef SWIFTWATER_H
#define SWIFTWATER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Changes when a function's signature or meaning does.
#define SW_ABI_VERSION 1

struct ArrowSchema;
struct ArrowArray;
struct ArrowArrayStream;

/// A table: columns in batches, immutable.
typedef struct sw_table sw_table;
/// A plan that runs, or has run.
typedef struct sw_run sw_run;

/// How far a run is.
typedef struct sw_progress {
    /// Read so far, before decompression.
    int64_t bytes;
    /// To be read in all; -1 when it is not known (yet).
    int64_t total_bytes;
    int64_t rows;
    /// Lines that were not rows, left out.
    int64_t bad_rows;
    double seconds;
} sw_progress;

/// Memory for a column's values, one after the other.
typedef struct sw_filling {
    int32_t column;
    /// Of a column of fixed width its values, of bools a byte each; of text room for as many as `sw_table_sizes` says.
    void *values;
    /// Which rows have a value: a byte each, for text a bit each as in Arrow. NULL where nobody wants to know.
    uint8_t *valid;
    /// For text where each row begins, and the end of the last; else NULL.
    int64_t *offsets;
} sw_filling;

int32_t sw_abi_version(void);
/// The engine's version, such as "0.1.0"; not to be freed.
const char *sw_version(void);
/// Frees a text that another function gave; NULL is fine.
void sw_string_free(char *text);

// Tables

/// Takes a stream's batches without copying values, and releases the stream in any case. A stream whose items are not
/// structures makes a table of one column.
int32_t sw_table_import(struct ArrowArrayStream *stream, sw_table **table, char **error);
/// Takes one array, a structure's members as columns, and releases array and schema in any case.
/// - copies: 1 copies the values, so that the array's memory is free when the function returns; 2 copies, and takes
///   NaN and NumPy's NaT (the smallest int64 as a time) for missing values; 0 does neither.
int32_t sw_table_import_array(
    struct ArrowArray *array, struct ArrowSchema *schema, int32_t copies, sw_table **table, char **error);
/// Fills `stream` with the table's batches without copying values. The stream stays valid without the table.
/// - dictionaries: not 0 leaves columns that are dictionary-encoded in every batch as they are, where the table's type
///   is the dictionary's values'; 0 decodes them.
int32_t sw_table_export(sw_table *table, int32_t dictionaries, struct ArrowArrayStream *stream, char **error);
int32_t sw_table_schema(sw_table *table, struct ArrowSchema *schema, char **error);
/// `[["company", "string"], ["cpu", "float64"]]`.
int32_t sw_table_columns(sw_table *table, char **json, char **error);
int64_t sw_table_rows(sw_table *table);
/// Bytes of memory that the values take.
int64_t sw_table_bytes(sw_table *table);
/// For each column how many rows have no value, and how many bytes its text needs at most, -1 for what is no text. NULL for
/// what is not wanted.
void sw_table_sizes(sw_table *table, int64_t *missing, int64_t *text_bytes);
/// Copies `count` columns into memory of the caller, on several threads.
int32_t sw_table_fill(sw_table *table, int32_t count, const sw_filling *fillings, char **error);
/// `count` rows from row `start`, which share the table's memory; fewer where the table ends.
int32_t sw_table_slice(sw_table *table, int64_t start, int64_t count, sw_table **slice, char **error);
/// The columns of tables with equally many rows side by side, sharing their memory.
int32_t sw_table_zip(int32_t count, sw_table *const *tables, sw_table **table, char **error);
/// The same columns under other names, one for each.
int32_t sw_table_rename(
    sw_table *table, int32_t count, const char *const *names, sw_table **renamed, char **error);
void sw_table_release(sw_table *table);

/// Lets plans read bytes in memory as a file, whose path is `memory://` and the number that is returned; -1 in a forked
/// process that may not use the engine. They must stay as they are until `sw_memory_close`, which may wait for a run that
/// copies from them at that moment.
int64_t sw_memory_open(const void *bytes, int64_t count);
void sw_memory_close(int64_t number);

// Plans

/// Starts a plan on the engine's threads.
///
/// - plan: `{"sources": {…}, "frames": {…}, "outputs": […]}`, see docs/reference/c.md.
/// - options: `{"threads": 4, "memoryLimit": 1000000000, "parameters": {"limit": 90}}`, each optional; NULL for none.
/// - names, tables: `count` tables in memory by the names of sources. A name that the plan's sources lack becomes one.
int32_t sw_run_start(
    const char *plan, const char *options, int32_t count, const char *const *names, sw_table *const *tables,
    sw_run **run, char **error);
/// Runs a plan on the calling thread if it is small: over a few thousand rows of tables, or a few megabytes of text, in
/// memory. That is done in less than some milliseconds, and cannot be cancelled.
///
/// - results, rows: get the first `room` of the outputs without `to`, in order, and their numbers of rows.
/// Returns 2, having done nothing, for a plan that is not small: `sw_run_start` is for those.
int32_t sw_run_here(
    const char *plan, const char *options, int32_t count, const char *const *names, sw_table *const *tables,
    int32_t room, sw_table **results, int64_t *rows, char **error);
/// Waits until the run has ended, at most for `milliseconds` (-1: without limit). 1 when it has ended, else 0.
int32_t sw_run_wait(sw_run *run, int32_t milliseconds);
/// Asks the run to stop. It ends with a `cancelled` error and leaves no output.
void sw_run_cancel(sw_run *run);
void sw_run_progress(sw_run *run, sw_progress *progress);
/// The result of a run that has ended: its error, or its report
/// `{"rows": 10, "bytes": 270, "badRows": 0, "seconds": 0.1, "outputs": [{"path", "rows", "bytes"}], "tables": ["hot"]}`.
int32_t sw_run_finish(sw_run *run, char **report, char **error);
/// The rows of an output that was kept in memory, by its frame's name.
int32_t sw_run_table(sw_run *run, const char *name, sw_table **table, char **error);
/// Lets go of a run. One that is still going on is asked to stop, and ends by itself.
void sw_run_release(sw_run *run);

/// The columns of every source and frame of a plan that is not run, and the sources whose columns are not only those of
/// samples: `{"frames": {"events": [["company", "string"]], "hot": [["company", "string"]]}, "whole": ["events"]}`.
/// Files are opened for their columns.
int32_t sw_schemas(
    const char *plan, const char *options, int32_t count, const char *const *names, sw_table *const *tables,
    char **json, char **error);
/// The plan as it is written and as it would run, as text for people.
int32_t sw_explain(
    const char *plan, const char *options, int32_t count, const char *const *names, sw_table *const *tables,
    char **text, char **error);

// Python

/// Memory for an Arrow structure in a PyCapsule, zeroed. `sw_capsule_destroy` frees it.
void *sw_capsule_memory(size_t bytes);
/// Gives the library CPython's `PyCapsule_GetName` and `PyCapsule_GetPointer`; to be called once.
void sw_capsule_prepare(
    const char *(*get_name)(void *capsule), void *(*get_pointer)(void *capsule, const char *name));
/// A destructor for capsules of the names that the Arrow PyCapsule interface has: releases what nobody took.
void sw_capsule_destroy(void *capsule);
/// A release function for Arrow structures that their maker keeps; it does nothing.
void sw_release_nothing(void *structure);

#ifdef __cplusplus
}
#endif

#endif
