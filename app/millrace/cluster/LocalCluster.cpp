// SPDX-License-Identifier: MIT
#include "millrace/cluster/LocalCluster.h"

#include "cluster/ClusterSettings.h"
#include "cluster/RedisConnection.h"
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "process/Child.h"
#include "process/LoopbackPort.h"
#include "remote/WorkerProcess.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

namespace millrace {

namespace {

constexpr const char *User = "millrace";
constexpr std::chrono::seconds StartPatience(10), StopPatience(10);
constexpr std::chrono::milliseconds LookInterval(20);

/// 64 hexadecimal digits that nobody can guess; empty: the system gives none.
std::string newSecret()
{
    std::array<unsigned char, 32> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != ssize_t(bytes.size()))
        return {};
    std::string digits;
    for (const unsigned char byte : bytes) {
        digits += "0123456789abcdef"[byte >> 4];
        digits += "0123456789abcdef"[byte & 15];
    }
    return digits;
}

/// For this user alone.
Result<> writePrivately(const std::string &path, const std::string &text)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool isWritten = file >= 0 && ::write(file, text.data(), text.size()) == ssize_t(text.size());
    const int reason = errno;
    if (file >= 0)
        ::close(file);
    return isWritten ? Result<>()
                     : Result<>(failure(ErrorKind::Io, "The file " + inQuotes(path)
                                                           + " can't be written: " + std::strerror(reason) + '.'));
}

/// A program in a session of its own, which goes on when this one ends; what it says goes to the file. Its process number, or why not.
Result<int> startApart(const std::vector<std::string> &command, const std::string &log)
{
    std::vector<char *> words;
    for (const std::string &word : command)
        words.push_back(const_cast<char *>(word.c_str()));
    words.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    pid_t id = 0;
    const int reason = ::posix_spawnp(&id, words[0], &files, &attributes, words.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (reason != 0)
        return failure(ErrorKind::Process,
                       inQuotes(command.front()) + " can't be started: " + std::strerror(reason) + '.');
    return int(id);
}

/// Whether the process is still the program that was started as this: its number may be another one's meanwhile.
bool isProcessOf(int id, const std::string &mark)
{
    std::ifstream file("/proc/" + std::to_string(id) + "/cmdline");
    const std::string line{std::istreambuf_iterator<char>(file), {}};
    return line.find(mark) != std::string::npos;
}

/// Politely first. False: it doesn't end.
bool endProcess(int id, const std::string &mark)
{
    if (!isProcessOf(id, mark))
        return true;
    ::kill(id, SIGTERM);
    const auto until = std::chrono::steady_clock::now() + StopPatience;
    while (isProcessOf(id, mark)) {
        ::waitpid(id, nullptr, WNOHANG); // where it is a child of this one
        if (std::chrono::steady_clock::now() > until) {
            ::kill(id, SIGKILL);
            return false;
        }
        std::this_thread::sleep_for(LookInterval);
    }
    return true;
}

} // namespace

LocalCluster::LocalCluster(std::string name)
    : m_name(std::move(name)), m_folder(stateFolder().empty() ? "" : stateFolder() + "/clusters/" + m_name)
{}

Result<> LocalCluster::start(int workers)
{
    std::error_code error;
    if (m_folder.empty())
        return failure(ErrorKind::Io, "There is no folder for the cluster: HOME isn't set.");
    if (std::filesystem::exists(m_folder, error))
        return failure(ErrorKind::Call, "The cluster " + inQuotes(m_name)
                                            + " has been started already; \"millrace cluster stop " + m_name
                                            + "\" ends it.");
    if (findProgram("redis-server").empty())
        return failure(ErrorKind::Call, "There is no redis-server in PATH; install the package \"redis-server\".");
    const std::string secret = newSecret();
    m_port = freeLoopbackPort();
    if (secret.empty() || m_port == 0)
        return failure(ErrorKind::Io, "The system gives no port or no random numbers.");
    Result<> started = makeFolder(secret);
    if (started)
        started = startServer();
    const Members entry{{"address", Value("redis://127.0.0.1:" + std::to_string(m_port))},
                        {"user", Value(User)},
                        {"secret", Value(Members{{"file", Value(path("secret"))}})}};
    if (started)
        started = ClusterSettings().set(m_name, Value(entry));
    for (int number = 1; started && number <= workers; ++number)
        started = startWorker(number);
    if (!started)
        (void)stop(); // what there is of it
    return started;
}

Result<> LocalCluster::makeFolder(const std::string &secret)
{
    std::error_code error;
    std::filesystem::create_directories(m_folder, error);
    std::filesystem::permissions(m_folder, std::filesystem::perms::owner_all, error);
    if (error)
        return failure(ErrorKind::Io, "The folder " + inQuotes(m_folder) + " can't be made: " + error.message() + '.');
    if (auto written = writePrivately(path("secret"), secret); !written)
        return written;
    const std::string users = "user default off\nuser " + std::string(User) + " on >" + secret
                              + " ~{*}:* ~millrace:runs resetchannels -@all +@stream +@scripting +@hash +@string +@set "
                                "+@keyspace +@connection +command|info +time -@dangerous\n";
    if (auto written = writePrivately(path("users.acl"), users); !written)
        return written;
    return writePrivately(path("redis.conf"), "bind 127.0.0.1\nport " + std::to_string(m_port) + "\ndir \"" + m_folder
                                                  + "\"\naclfile \"" + path("users.acl")
                                                  + "\"\nappendonly yes\nappendfsync everysec\nsave \"\"\n"
                                                    "maxmemory 256mb\nmaxmemory-policy noeviction\n");
}

Result<> LocalCluster::startServer()
{
    const auto started = startApart({"redis-server", path("redis.conf")}, path("redis.log"));
    if (!started)
        return started.forward();
    if (auto kept = writePrivately(path("redis.pid"), std::to_string(*started)); !kept)
        return kept;
    const auto secret = readWholeFile(path("secret"));
    if (!secret)
        return secret.forward();
    const ClusterAddress address{"127.0.0.1", m_port, User, *secret, {}};
    const auto until = std::chrono::steady_clock::now() + StartPatience;
    for (;;) {
        const auto answer = RedisConnection::connect(address, 1);
        if (answer)
            return {};
        if (answer.error().kind == ErrorKind::Cluster || std::chrono::steady_clock::now() > until)
            return failure(ErrorKind::Cluster,
                           "The server was started, but doesn't answer as it should: " + answer.error().message
                               + " See " + inQuotes(path("redis.log")) + '.');
        std::this_thread::sleep_for(LookInterval);
    }
}

Result<> LocalCluster::startWorker(int number)
{
    auto command = workerCommand();
    if (!command)
        return command.forward();
    command->insert(command->end(), {"worker", "--on", m_name});
    const auto started = startApart(*command, path(("worker-" + std::to_string(number) + ".log").c_str()));
    if (!started)
        return started.forward();
    m_workers.push_back(*started);
    std::string text;
    for (const int worker : m_workers)
        text += std::to_string(worker) + '\n';
    return writePrivately(path("workers"), text);
}

Result<> LocalCluster::stop()
{
    std::error_code error;
    if (m_folder.empty() || !std::filesystem::exists(m_folder, error))
        return failure(ErrorKind::Call,
                       "There is no cluster " + inQuotes(m_name) + " that \"millrace cluster start\" has started.");
    const std::string workerMark = std::string("worker") + '\0' + "--on" + '\0' + m_name;
    std::ifstream workers(path("workers"));
    for (int id = 0; workers >> id;)
        endProcess(id, workerMark);
    std::ifstream server(path("redis.pid"));
    if (int id = 0; server >> id)
        endProcess(id, "redis-server");
    if (auto removed = ClusterSettings().remove(m_name); !removed)
        return removed;
    std::filesystem::remove_all(m_folder, error);
    if (error)
        return failure(ErrorKind::Io,
                       "The folder " + inQuotes(m_folder) + " can't be removed: " + error.message() + '.');
    return {};
}

} // namespace millrace
