// SPDX-License-Identifier: MIT
#include "monitor/GaugeLimitsWindow.h"

#include "theme/Fields.h"

#include <QFormLayout>
#include <QPushButton>
#include <QSettings>
#include <QShortcut>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <cmath>

namespace millrace {

namespace {

const QString FillingKey = QStringLiteral("canvas/gaugeFilling"), FullKey = QStringLiteral("canvas/gaugeFull");

int percentOf(double share)
{
    return int(std::lround(share * 100));
}

QSpinBox *percentBox(const QString &name)
{
    auto *box = new QSpinBox;
    box->setSuffix(QStringLiteral(" %"));
    box->setAccessibleName(name);
    return box;
}

} // namespace

GaugeLimitsWindow::GaugeLimitsWindow(QWidget *window)
    : QWidget(window, Qt::Tool), m_filling(percentBox(tr("Amber from"))), m_full(percentBox(tr("Red above")))
{
    setWindowTitle(tr("Colours of queues — Millrace"));
    setAccessibleName(tr("Colours of queues"));
    setAttribute(Qt::WA_StyledBackground);
    auto *rows = new QFormLayout;
    rows->addRow(tr("&Amber from"), m_filling);
    rows->addRow(tr("&Red above"), m_full);
    auto *usual = new QPushButton(tr("&Usual limits"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(12);
    layout->addWidget(makeLabel(tr("How full a queue is when its gauge changes colour."), "muted"));
    layout->addLayout(rows);
    layout->addWidget(usual, 0, Qt::AlignRight);
    show(kept());
    connect(m_filling, &QSpinBox::valueChanged, this, &GaugeLimitsWindow::keep);
    connect(m_full, &QSpinBox::valueChanged, this, &GaugeLimitsWindow::keep);
    connect(usual, &QPushButton::clicked, this, [this] {
        show({});
        keep();
    });
    connect(new QShortcut(Qt::Key_Escape, this), &QShortcut::activated, this, &QWidget::hide);
}

void GaugeLimitsWindow::open()
{
    adjustSize();
    placeWithinParent(*this);
    QWidget::show();
    activateWindow();
    m_filling->setFocus();
    m_filling->selectAll();
}

GaugeLimits GaugeLimitsWindow::kept()
{
    const GaugeLimits usual;
    const QSettings settings;
    const int filling = settings.value(FillingKey, percentOf(usual.filling)).toInt();
    const int full = settings.value(FullKey, percentOf(usual.full)).toInt();
    return filling >= 1 && filling < full && full <= 100 ? GaugeLimits{filling / 100.0, full / 100.0} : usual;
}

void GaugeLimitsWindow::show(const GaugeLimits &limits)
{
    const QSignalBlocker filling(m_filling), full(m_full);
    m_filling->setRange(1, percentOf(limits.full) - 1);
    m_full->setRange(percentOf(limits.filling) + 1, 100);
    m_filling->setValue(percentOf(limits.filling));
    m_full->setValue(percentOf(limits.full));
}

void GaugeLimitsWindow::keep()
{
    const GaugeLimits limits{m_filling->value() / 100.0, m_full->value() / 100.0};
    show(limits);
    QSettings settings;
    settings.setValue(FillingKey, m_filling->value());
    settings.setValue(FullKey, m_full->value());
    Q_EMIT changed(limits);
}

} // namespace millrace
