// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "process/Descriptor.h"

#include <string>
#include <string_view>

namespace millrace {

/// Where a program listens: a port of this machine, or a socket in the file system.
struct ListenAddress
{
    std::string host = "127.0.0.1"; ///< a number, of IPv4 or IPv6
    int port = 0;                   ///< 0: any that is free
    std::string path;               ///< of the socket; empty: none

    /// "http://127.0.0.1:9464/metrics", or "unix:/run/orders".
    std::string shown() const;
};

/// `PORT`, `HOST:PORT` or `unix:PATH`; without a host the loopback, which only programs of this machine reach. An error is a sentence.
Result<ListenAddress> listenAddressFrom(std::string_view text);

/// A socket that takes connections there; the address has its port then. The file of a socket that nobody listens at any more is replaced,
/// and only its owner may open the new one.
Result<Descriptor> listenAt(ListenAddress &address);

} // namespace millrace
