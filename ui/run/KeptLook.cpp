// SPDX-License-Identifier: MIT
#include "run/KeptLook.h"

#include "model/Format.h"
#include "theme/Text.h"

#include <QDateTime>
#include <QLocale>
#include <QtConcurrentRun>

#include <algorithm>
#include <string>

namespace millrace {

KeptLook::KeptLook(QObject *parent) : QObject(parent)
{
    connect(&m_looking, &QFutureWatcherBase::finished, this, [this] {
        if (m_looking.future().isResultReadyAt(0))
            m_kept = m_looking.result();
    });
}

KeptLook::~KeptLook()
{
    m_looking.disconnect(this);
    m_looking.waitForFinished();
}

void KeptLook::look(const QString &file)
{
    m_looking.setFuture({});
    if (file != m_file)
        m_kept.clear();
    m_file = file;
    if (!file.isEmpty())
        m_looking.setFuture(QtConcurrent::run([path = toUtf8(file)] { return allKeptIn(keptPlace(path)); }));
}

QString KeptLook::textOf(const LinkView &link) const
{
    if (m_file.isEmpty())
        return tr("Save the pipeline: what goes over this link is kept beside its file.");
    const auto isOfLink = [&link](const KeptData &kept) { // of a pipeline within: by one of its steps
        return kept.step == link.fromStep ? kept.port == link.fromPort : kept.step.starts_with(link.fromStep + '/');
    };
    const auto kept = std::ranges::find_if(m_kept, isOfLink);
    if (kept == m_kept.end() || std::count_if(kept, m_kept.end(), isOfLink) > 1)
        return tr("What goes over this link is kept when a run finishes; the next run starts here.");
    return tr("Kept since %1: %2, %3. The next run starts here while nothing before it changes.")
        .arg(QLocale().toString(QDateTime::fromMSecsSinceEpoch(kept->keptAt), QLocale::ShortFormat),
             formatNoun(kept->items, tr("item")), QLocale().formattedDataSize(qint64(kept->bytes)));
}

} // namespace millrace
