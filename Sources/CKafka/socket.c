/// Sockets for our own connections to brokers.
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "socket.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

static void never_block(int file) {
    fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK);
    fcntl(file, F_SETFD, FD_CLOEXEC);
}

int kafka_socket_connect(
    const char *host, const char *port, unsigned attempt, unsigned *count, char *reason, size_t capacity) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    *count = 0;
    int code = getaddrinfo(host, port, &hints, &list);
    if (code != 0) {
        snprintf(reason, capacity, "%s", gai_strerror(code));
        return KAFKA_SOCKET_FAILED;
    }
    for (struct addrinfo *one = list; one; one = one->ai_next) ++*count;
    struct addrinfo *chosen = list;
    for (unsigned i = *count > 0 ? attempt % *count : 0; i > 0; i--) chosen = chosen->ai_next;
    int file = chosen ? socket(chosen->ai_family, chosen->ai_socktype, chosen->ai_protocol) : -1;
    if (file >= 0) {
        never_block(file);
        int on = 1;
        setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        setsockopt(file, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
#ifdef SO_NOSIGPIPE
        setsockopt(file, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
        if (connect(file, chosen->ai_addr, chosen->ai_addrlen) != 0 && errno != EINPROGRESS && errno != EINTR) {
            code = errno;
            close(file);
            file = -1;
            errno = code;
        }
    }
    if (file < 0) snprintf(reason, capacity, "%s", strerror(errno));
    freeaddrinfo(list);
    return file < 0 ? KAFKA_SOCKET_FAILED : file;
}

int kafka_socket_outcome(int socket) {
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

static ssize_t answer(ssize_t result) {
    if (result >= 0) return result;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? KAFKA_SOCKET_WAITS : KAFKA_SOCKET_FAILED;
}

ssize_t kafka_socket_send(int socket, const void *bytes, size_t count) {
    return answer(send(socket, bytes, count, MSG_NOSIGNAL));
}

ssize_t kafka_socket_receive(int socket, void *bytes, size_t count) { return answer(recv(socket, bytes, count, 0)); }

void kafka_socket_expect(int socket, size_t count) {
    int bytes = (int)count;
    setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes);
}
