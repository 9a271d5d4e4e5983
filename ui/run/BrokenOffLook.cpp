// SPDX-License-Identifier: MIT
#include "run/BrokenOffLook.h"

#include "history/BrokenOffRun.h"
#include "theme/Text.h"

#include <QCoreApplication>
#include <QtConcurrentRun>

#include <string>

namespace millrace {

namespace {

uint64_t itemsBefore(const Pipeline &pipeline,
                     const std::string &folder,
                     const StepRegistry &registry,
                     const std::string &version)
{
    const auto entry = brokenOffRunOf(pipeline, folder, registry, version);
    return entry ? entry->items : 0;
}

} // namespace

BrokenOffLook::BrokenOffLook(const StepRegistry &registry, QObject *parent) : QObject(parent), m_registry(registry)
{
    connect(&m_looking, &QFutureWatcherBase::finished, this, [this] {
        if (!m_looking.future().isResultReadyAt(0))
            return; // forgotten meanwhile
        m_items = m_looking.result();
        Q_EMIT looked();
    });
}

BrokenOffLook::~BrokenOffLook()
{
    m_looking.disconnect(this);
    m_looking.waitForFinished();
}

void BrokenOffLook::forget()
{
    m_looking.setFuture({});
    m_items = 0;
}

void BrokenOffLook::look(const Pipeline &pipeline, const QString &folder)
{
    forget();
    m_looking.setFuture(
        QtConcurrent::run([pipeline, folder = toUtf8(folder), version = toUtf8(QCoreApplication::applicationVersion()),
                           &registry = m_registry] { return itemsBefore(pipeline, folder, registry, version); }));
}

} // namespace millrace
