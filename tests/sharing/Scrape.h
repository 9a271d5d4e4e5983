// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace millrace::test {

/// What is answered at that socket to somebody who asks for gauges; empty: nobody is there.
inline QByteArray scrape(const QByteArray &path)
{
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.constData(), sizeof address.sun_path - 1);
    constexpr char Request[] = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    QByteArray answer;
    if (::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0
        && ::send(socket, Request, sizeof Request - 1, MSG_NOSIGNAL) > 0) {
        char bytes[4096];
        for (ssize_t count = 0; (count = ::recv(socket, bytes, sizeof bytes, 0)) > 0;)
            answer.append(bytes, count);
    }
    ::close(socket);
    return answer;
}

} // namespace millrace::test
