// SPDX-License-Identifier: MIT
#include "run/AttachedRun.h"

#include "data/text/Quote.h"
#include "sharing/RunLook.h"
#include "theme/Text.h"

#include <QThreadPool>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace millrace {

namespace {

constexpr std::chrono::milliseconds LookAgainAfter(500);
constexpr double AttachPatience = 5; ///< seconds for an answer

} // namespace

/// What the thread and the object know of each other.
struct AttachedRun::Relay
{
    std::mutex mutex; ///< guards what follows
    std::condition_variable isLeft;
    AttachedRun *owner = nullptr; ///< null: nobody looks on any more

    void tell(std::function<void(AttachedRun &)> what)
    {
        const std::lock_guard lock(mutex);
        if (owner)
            QMetaObject::invokeMethod(
                owner, [to = owner, what = std::move(what)] { what(*to); }, Qt::QueuedConnection);
    }
    void fail(const Error &error)
    {
        tell([sentence = toQString(error.message)](AttachedRun &to) { Q_EMIT to.failed(sentence); });
    }
    /// False: nobody looks on any more.
    bool pause()
    {
        std::unique_lock lock(mutex);
        return !isLeft.wait_for(lock, LookAgainAfter, [this] { return !owner; });
    }

    void look(const std::string &cluster)
    {
        auto look = RunLook::at(cluster, AttachPatience);
        if (!look)
            return fail(look.error());
        const QString server = toQString(look->server());
        std::string last;
        do {
            const auto text = look->told();
            if (!text)
                return fail(text.error());
            if (!*text && !last.empty())
                return tell([](AttachedRun &to) { Q_EMIT to.ended(); });
            if (!*text)
                return fail({ErrorKind::Call, "No run with the name " + inQuotes(look->run()) + " is under way at "
                                                  + look->server() + '.'});
            if ((*text)->empty() || std::exchange(last, **text) == **text)
                continue;
            auto run = readSharedRun(last);
            if (!run)
                return fail(run.error());
            tell([shared = std::make_shared<const SharedRun>(*std::move(run)), server](AttachedRun &to) {
                to.take(shared, server);
            });
        } while (pause());
    }
};

AttachedRun::AttachedRun(const QString &cluster, QObject *parent) : QObject(parent), m_relay(std::make_shared<Relay>())
{
    m_relay->owner = this;
    QThreadPool *const pool = QThreadPool::globalInstance();
    pool->start([pool, relay = m_relay, name = toUtf8(cluster)] {
        pool->releaseThread(); // it waits nearly all the time, and takes nobody's place
        relay->look(name);
        pool->reserveThread();
    });
}

AttachedRun::~AttachedRun()
{
    const std::lock_guard lock(m_relay->mutex);
    m_relay->owner = nullptr;
    m_relay->isLeft.notify_all();
}

void AttachedRun::take(std::shared_ptr<const SharedRun> run, const QString &server)
{
    m_run = std::move(run);
    m_server = server;
    Q_EMIT told();
}

} // namespace millrace
