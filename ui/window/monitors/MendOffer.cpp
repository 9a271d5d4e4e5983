// SPDX-License-Identifier: MIT
#include "window/monitors/MendOffer.h"

#include "document/Document.h"
#include "failures/Mends.h"
#include "log/LogPanel.h"
#include "theme/Text.h"
#include "window/MessageBar.h"
#include "window/monitors/RunMonitor.h"

#include <QtConcurrentRun>

namespace millrace {

MendOffer::MendOffer(Parts parts, QObject *parent) : QObject(parent), m_parts(parts)
{
    connect(&m_parts.log, &LogPanel::mendsWanted, this, &MendOffer::look);
    connect(&m_parts.log, &LogPanel::mendChosen, this, &MendOffer::make);
    connect(&m_looking, &QFutureWatcherBase::finished, this, [this] {
        if (m_looking.future().isResultReadyAt(0))
            m_parts.log.showMends(m_number, m_looking.result());
    });
}

MendOffer::~MendOffer()
{
    m_looking.disconnect(this);
    m_looking.waitForFinished();
}

void MendOffer::look(const LogRecord &record)
{
    const Document &document = m_parts.document;
    m_number = record.number;
    m_looking.setFuture(
        QtConcurrent::run([record, pipeline = document.pipeline(), folder = toUtf8(document.folder()),
                           &registry = document.registry()] { return mendsOf(record, pipeline, registry, folder); }));
}

void MendOffer::make(const std::string &step, const Mend &mend)
{
    const QString name = m_parts.monitor.nameOf(step), caption = toQString(mend.caption);
    const bool isMade = m_parts.document.edit(caption, {}, [&](Pipeline &pipeline) {
        if (PipelineStep *mended = pipeline.step(step))
            for (const auto &[param, value] : mend.params)
                mended->setParam(param, value);
    });
    if (!isMade)
        return;
    m_parts.log.showMends(m_number, {});
    m_parts.messages.show(
        MessageBar::Kind::Info,
        tr("%1 was changed: %2. Run again to read it so.").arg(name, caption.left(1).toLower() + caption.mid(1)),
        tr("Run"), [this] { Q_EMIT runWanted(); });
}

} // namespace millrace
