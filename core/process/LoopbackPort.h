// SPDX-License-Identifier: MIT
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace millrace {

/// A port of the loopback that nobody listens at now; 0: there is none. It may be taken before it is used.
inline int freeLoopbackPort()
{
    const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listening < 0)
        return 0;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool isBound = ::bind(listening, reinterpret_cast<sockaddr *>(&address), size) == 0
                         && ::getsockname(listening, reinterpret_cast<sockaddr *>(&address), &size) == 0;
    ::close(listening);
    return isBound ? ntohs(address.sin_port) : 0;
}

} // namespace millrace
