// SPDX-License-Identifier: MIT
#include "steps/HttpServer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace millrace::test {

HttpServer::HttpServer(Answers answers) : m_answers(std::move(answers))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(m_listener, reinterpret_cast<sockaddr *>(&address), length) != 0 || ::listen(m_listener, 64) != 0
        || ::getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &length) != 0)
        std::abort();
    m_port = ntohs(address.sin_port);
    m_acceptor = std::thread([this] { accept(); });
}

HttpServer::~HttpServer()
{
    close();
    m_acceptor.join();
    for (std::thread &thread : m_threads)
        thread.join();
    ::close(m_listener);
}

void HttpServer::close()
{
    const std::scoped_lock lock(m_mutex);
    m_isClosed = true;
    ::shutdown(m_listener, SHUT_RDWR);
    for (const int connection : m_connections)
        ::shutdown(connection, SHUT_RDWR);
    m_changed.notify_all();
}

std::string HttpServer::url(const std::string &path) const
{
    return "http://127.0.0.1:" + std::to_string(m_port) + path;
}

std::vector<Asked> HttpServer::asked() const
{
    const std::scoped_lock lock(m_mutex);
    return m_asked;
}

void HttpServer::awaitAsked(size_t count) const
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_isClosed || m_asked.size() >= count; });
}

void HttpServer::awaitClose() const
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_isClosed; });
}

void HttpServer::accept()
{
    for (;;) {
        const int connection = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0)
            return;
        const std::scoped_lock lock(m_mutex);
        if (m_isClosed) {
            ::close(connection);
            return;
        }
        m_connections.push_back(connection);
        m_threads.emplace_back([this, connection] { serve(connection); });
    }
}

bool HttpServer::readInto(std::string &text, int connection) const
{
    char bytes[16384];
    const ssize_t count = ::recv(connection, bytes, sizeof bytes, 0);
    if (count <= 0)
        return false;
    text.append(bytes, size_t(count));
    return true;
}

void HttpServer::serve(int connection)
{
    std::string text;
    bool goesOn = true;
    while (goesOn) {
        size_t end = 0;
        while (goesOn && (end = text.find("\r\n\r\n")) == std::string::npos)
            goesOn = readInto(text, connection);
        if (!goesOn)
            break;
        Asked asked;
        const size_t first = text.find(' '), second = text.find(' ', first + 1);
        asked.method = text.substr(0, first);
        asked.path = text.substr(first + 1, second - first - 1);
        for (size_t at = text.find("\r\n") + 2; at < end;) {
            const size_t line = text.find("\r\n", at), colon = text.find(':', at);
            std::string name = text.substr(at, colon - at);
            for (char &c : name)
                c = char(std::tolower(static_cast<unsigned char>(c)));
            size_t value = colon + 1;
            while (value < line && text[value] == ' ')
                ++value;
            asked.headers[name] = text.substr(value, line - value);
            at = line + 2;
        }
        const size_t length = size_t(std::atoll(asked.header("content-length").c_str()));
        while (goesOn && text.size() < end + 4 + length)
            goesOn = readInto(text, connection);
        asked.body = text.substr(end + 4, length);
        text.erase(0, std::min(text.size(), end + 4 + length));
        {
            const std::scoped_lock lock(m_mutex);
            m_asked.push_back(asked);
            m_changed.notify_all();
        }
        const std::string answered = m_answers(asked);
        goesOn = goesOn && !answered.empty()
                 && ::send(connection, answered.data(), answered.size(), MSG_NOSIGNAL) == ssize_t(answered.size());
    }
    const std::scoped_lock lock(m_mutex);
    m_connections.remove(connection);
    ::close(connection);
}

std::string answer(int status, const std::string &body, const std::string &type, const std::string &headers)
{
    return "HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Type: " + type
           + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

} // namespace millrace::test
