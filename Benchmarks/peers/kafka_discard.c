/* Reads a topic's messages with librdkafka in its quickest form and throws them away: what a consumer can reach at all.
 *
 *     kafka_discard BROKERS TOPIC PARTITIONS MESSAGES
 *
 * Prints the seconds from the first message to the last. Only what it calls is declared, so that no header is needed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <time.h>

typedef struct {
    int error;
    void *topic;
    int32_t partition;
    void *payload;
    size_t payload_count;
    void *key;
    size_t key_count;
    int64_t offset;
    void *owner;
} message;

void *rd_kafka_conf_new(void);
int rd_kafka_conf_set(void *, const char *, const char *, char *, size_t);
void *rd_kafka_new(int, void *, char *, size_t);
void *rd_kafka_topic_partition_list_new(int);
void *rd_kafka_topic_partition_list_add(void *, const char *, int32_t);
int rd_kafka_topic_partition_list_set_offset(void *, const char *, int32_t, int64_t);
int rd_kafka_assign(void *, const void *);
int rd_kafka_poll_set_consumer(void *);
void *rd_kafka_queue_get_consumer(void *);
ssize_t rd_kafka_consume_batch_queue(void *, int, message **, size_t);
void rd_kafka_message_destroy(message *);

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    if (count != 5) return 64;
    const char *topic = arguments[2];
    int partitions = atoi(arguments[3]);
    long wanted = atol(arguments[4]);
    char text[512];
    void *conf = rd_kafka_conf_new();
    const char *set[][2] = {
        {"bootstrap.servers", arguments[1]}, {"group.id", "discard"}, {"enable.auto.commit", "false"},
        {"queued.min.messages", "1000000"}, {"queued.max.messages.kbytes", "65536"}, {"fetch.queue.backoff.ms", "2"}};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        if (rd_kafka_conf_set(conf, set[i][0], set[i][1], text, sizeof text) != 0) return 1;
    void *client = rd_kafka_new(1, conf, text, sizeof text);
    if (!client) return 1;
    rd_kafka_poll_set_consumer(client);
    void *list = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; i++) {
        rd_kafka_topic_partition_list_add(list, topic, i);
        rd_kafka_topic_partition_list_set_offset(list, topic, i, 0);
    }
    if (rd_kafka_assign(client, list) != 0) return 1;
    void *queue = rd_kafka_queue_get_consumer(client);
    static message *messages[4096];
    long found = 0;
    size_t bytes = 0;
    double start = 0, heard = now();
    while (found < wanted && now() - heard < 30) {
        ssize_t taken = rd_kafka_consume_batch_queue(queue, 100, messages, 4096);
        if (taken > 0) heard = now();
        if (taken > 0 && start == 0) start = heard;
        for (ssize_t i = 0; i < taken; i++) {
            if (messages[i]->error == 0) {
                found++;
                bytes += messages[i]->payload_count;
            }
            rd_kafka_message_destroy(messages[i]);
        }
    }
    printf("{\"seconds\": %.4f, \"messages\": %ld, \"bytes\": %zu}\n", now() - start, found, bytes);
    fflush(stdout);
    _Exit(found < wanted);
}
