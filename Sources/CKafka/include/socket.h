/// Connections that never block, by the system's sockets.
#ifndef SWIFTWATER_KAFKA_SOCKET_H
#define SWIFTWATER_KAFKA_SOCKET_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

/// What a call on a connection may answer besides a number of bytes.
enum {
    KAFKA_SOCKET_WAITS = -1,
    KAFKA_SOCKET_FAILED = -2,
};

/// Begins to connect to an address of `host`: the one with the number `attempt`, counted round.
///
/// Returns a descriptor, or `KAFKA_SOCKET_FAILED` with a reason. Puts the number of the host's addresses into `count`.
int kafka_socket_connect(
    const char *host, const char *port, unsigned attempt, unsigned *count, char *reason, size_t capacity);
/// How connecting ended: 0 when there is a connection, else an error of errno.
int kafka_socket_outcome(int socket);
ssize_t kafka_socket_send(int socket, const void *bytes, size_t count);
/// Takes what has come; 0 when the other side has closed.
ssize_t kafka_socket_receive(int socket, void *bytes, size_t count);
/// Lets a wait for the socket end only when so many bytes are there, or it is closed.
void kafka_socket_expect(int socket, size_t count);

#pragma clang assume_nonnull end

#endif
