// SPDX-License-Identifier: MIT
#include "cluster/PrivateRedis.h"

#include "cluster/EndsWithTest.h"
#include "process/LoopbackPort.h"

#include <QDir>
#include <QElapsedTimer>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace millrace::test {

namespace {

/// Whether something takes connections there.
bool answers(int port)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(uint16_t(port));
    const bool isThere = ::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0;
    ::close(socket);
    return isThere;
}

} // namespace

PrivateRedis::PrivateRedis(QStringList options) : m_options(std::move(options)), m_port(freeLoopbackPort()) {}

PrivateRedis::~PrivateRedis()
{
    kill();
}

bool PrivateRedis::start()
{
    constexpr int Patience = 20'000; // milliseconds
    if (m_process.state() == QProcess::NotRunning) {
        m_process.setStandardOutputFile(QProcess::nullDevice());
        endWithTest(m_process);
        m_process.start(QStringLiteral("redis-server"),
                        QStringList{QStringLiteral("--port"), QString::number(m_port), QStringLiteral("--bind"),
                                    QStringLiteral("127.0.0.1"), QStringLiteral("--dir"), m_folder->path(),
                                    QStringLiteral("--appendonly"), QStringLiteral("yes"), QStringLiteral("--save"),
                                    QString(), QStringLiteral("--aof-load-truncated"), QStringLiteral("yes")}
                            + m_options);
        if (!m_process.waitForStarted())
            return false;
    }
    QElapsedTimer waited;
    waited.start();
    while (!answers(m_port) && waited.elapsed() < Patience && m_process.state() == QProcess::Running)
        m_process.waitForFinished(10);
    return answers(m_port);
}

void PrivateRedis::kill()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished();
}

void PrivateRedis::clear()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

ClusterAddress PrivateRedis::address(const char *run) const
{
    return {.host = "127.0.0.1", .port = m_port, .user = {}, .secret = {}, .run = run};
}

QString PrivateRedis::url(const char *run) const
{
    return QStringLiteral("redis://127.0.0.1:%1/%2").arg(m_port).arg(QString::fromUtf8(run));
}

QString PrivateRedis::logFile() const
{
    const QDir folder(m_folder->filePath(QStringLiteral("appendonlydir")));
    const QStringList files = folder.entryList({QStringLiteral("*.incr.aof")}, QDir::Files, QDir::Name);
    return files.isEmpty() ? QString() : folder.filePath(files.last());
}

} // namespace millrace::test
