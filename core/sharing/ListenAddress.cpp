// SPDX-License-Identifier: MIT
#include "sharing/ListenAddress.h"

#include "data/text/Quote.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace millrace {

namespace {

constexpr std::string_view SocketScheme = "unix:";
constexpr int MostPort = 65'535, MostWaitingConnections = 16;

Failure wrongListening(const std::string &why)
{
    return failure(ErrorKind::Call, "Where to listen is PORT, HOST:PORT or unix:PATH, and " + why + '.');
}

Failure cannotListen(const ListenAddress &address, int reason)
{
    return failure(ErrorKind::Network,
                   "It can't be listened at " + address.shown() + ": " + std::strerror(reason) + '.');
}

/// An address of the system's, with its size; 0: none of that family has such a host.
union SocketAddress
{
    sockaddr any;
    sockaddr_in four;
    sockaddr_in6 six;
    sockaddr_un file;
};

socklen_t fill(SocketAddress &made, const ListenAddress &address)
{
    std::memset(&made, 0, sizeof made);
    if (!address.path.empty()) {
        if (address.path.size() >= sizeof made.file.sun_path)
            return 0;
        made.file.sun_family = AF_UNIX;
        address.path.copy(made.file.sun_path, address.path.size());
        return sizeof made.file;
    }
    if (::inet_pton(AF_INET, address.host.c_str(), &made.four.sin_addr) == 1) {
        made.four.sin_family = AF_INET;
        made.four.sin_port = htons(uint16_t(address.port));
        return sizeof made.four;
    }
    if (::inet_pton(AF_INET6, address.host.c_str(), &made.six.sin6_addr) != 1)
        return 0;
    made.six.sin6_family = AF_INET6;
    made.six.sin6_port = htons(uint16_t(address.port));
    return sizeof made.six;
}

/// What a program that was killed has left: a socket that takes no connection. Nothing else is removed.
void removeLeftSocket(const SocketAddress &at, socklen_t size)
{
    struct stat found
    {};
    if (::lstat(at.file.sun_path, &found) != 0 || !S_ISSOCK(found.st_mode))
        return;
    const Descriptor asking(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (::connect(asking.number(), &at.any, size) != 0 && errno == ECONNREFUSED)
        ::unlink(at.file.sun_path);
}

} // namespace

std::string ListenAddress::shown() const
{
    if (!path.empty())
        return std::string(SocketScheme) + readableText(path);
    return "http://" + (host.find(':') == std::string::npos ? host : '[' + host + ']') + ':' + std::to_string(port)
           + "/metrics";
}

Result<ListenAddress> listenAddressFrom(std::string_view text)
{
    ListenAddress address;
    SocketAddress made;
    if (text.starts_with(SocketScheme)) {
        address.path = text.substr(SocketScheme.size());
        if (address.path.empty())
            return wrongListening("this one has no path");
        if (fill(made, address) == 0)
            return wrongListening("the path of a socket may have at most "
                                  + std::to_string(sizeof made.file.sun_path - 1) + " bytes");
        return address;
    }
    const size_t colon = text.rfind(':');
    const std::string_view digits = text.substr(colon == std::string_view::npos ? 0 : colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() || address.port < 0
        || address.port > MostPort)
        return wrongListening(inQuotes(digits) + " is no port: that is a number from 0 (any that is free) to 65535");
    if (colon == std::string_view::npos)
        return address;
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    if (!host.empty() && host != "localhost")
        address.host = host;
    if (fill(made, address) == 0)
        return wrongListening(inQuotes(host)
                              + " is no address of this machine: give it as a number, as 127.0.0.1, or leave it out");
    return address;
}

Result<Descriptor> listenAt(ListenAddress &address)
{
    SocketAddress at;
    socklen_t size = fill(at, address);
    Descriptor listener(::socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!listener.isOpen())
        return cannotListen(address, errno);
    if (!address.path.empty()) {
        removeLeftSocket(at, size);
        if (::fchmod(listener.number(), S_IRUSR | S_IWUSR) != 0)
            return cannotListen(address, errno);
    } else {
        const int yes = 1;
        ::setsockopt(listener.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    }
    if (::bind(listener.number(), &at.any, size) != 0 || ::listen(listener.number(), MostWaitingConnections) != 0)
        return cannotListen(address, errno);
    if (address.path.empty() && ::getsockname(listener.number(), &at.any, &size) == 0)
        address.port = ntohs(at.any.sa_family == AF_INET ? at.four.sin_port : at.six.sin6_port);
    return listener;
}

} // namespace millrace
