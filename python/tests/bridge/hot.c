// The header's example as a program: takes a stream that it makes itself, runs a plan, and counts the result's rows.
#include <stdio.h>
#include <string.h>

#include "arrow_c_data.h"
#include "swiftwater.h"

static double cpu[] = {95.5, 12.0, 99.0};
static const void *column_buffers[] = {NULL, cpu};
static const void *row_buffers[] = {NULL};

static void release_schema(struct ArrowSchema *schema) { schema->release = NULL; }
static void release_array(struct ArrowArray *array) { array->release = NULL; }

int main(void) {
    struct ArrowSchema column = {"g", "cpu", NULL, ARROW_FLAG_NULLABLE, 0, NULL, NULL, release_schema, NULL};
    struct ArrowSchema *columns[] = {&column};
    struct ArrowSchema schema = {"+s", "", NULL, 0, 1, columns, NULL, release_schema, NULL};
    struct ArrowArray values = {3, 0, 0, 2, 0, column_buffers, NULL, NULL, release_array, NULL};
    struct ArrowArray *children[] = {&values};
    struct ArrowArray rows = {3, 0, 0, 1, 1, row_buffers, children, NULL, release_array, NULL};

    char *error = NULL;
    sw_table *events = NULL, *hot = NULL;
    if (sw_table_import_array(&rows, &schema, 0, &events, &error) != 0) goto failed;

    const char *plan = "{\"frames\": {\"hot\": {\"from\": \"events\", \"steps\": [{\"filter\": \"cpu > @limit\"}]}},"
                       " \"outputs\": [{\"from\": \"hot\"}]}";
    const char *names[] = {"events"};
    sw_table *tables[] = {events};
    sw_run *run = NULL;
    if (sw_run_start(plan, "{\"parameters\": {\"limit\": 90}}", 1, names, tables, &run, &error) != 0) goto failed;
    while (!sw_run_wait(run, 100)) {
        sw_progress progress;
        sw_run_progress(run, &progress);
    }
    char *report = NULL;
    if (sw_run_finish(run, &report, &error) != 0 || sw_run_table(run, "hot", &hot, &error) != 0) goto failed;
    printf("%lld rows of %s\n", (long long)sw_table_rows(hot), strstr(report, "\"rows\":3") ? "3" : report);
    sw_string_free(report);
    sw_run_release(run);
    sw_table_release(hot);
    sw_table_release(events);

    struct ArrowArrayStream stream;
    memset(&stream, 0, sizeof stream);
    if (sw_table_import(&stream, &events, &error) == 0) return 2;
    printf("%s\n", error);
    sw_string_free(error);
    return 0;

failed:
    printf("%s\n", error);
    return 1;
}
