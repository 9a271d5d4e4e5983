// SPDX-License-Identifier: MIT
#include "window/runs/ClusterDialog.h"

#include "cluster/ClusterSettings.h"
#include "theme/Fields.h"
#include "theme/Text.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <string>

namespace millrace {

ClusterDialog::ClusterDialog(Theme &theme, For purpose, QWidget *window)
    : QDialog(window, Qt::Sheet)
    , m_cluster(new QComboBox)
    , m_problem(makeLabel({}, "problem"))
    , m_go(new QPushButton(purpose == For::Run ? tr("Run") : tr("Attach")))
    , m_add(new QPushButton(tr("Add…")))
    , m_new(nullptr)
    , m_name(new QLineEdit)
    , m_address(new QLineEdit)
    , m_user(new QLineEdit)
    , m_secretFile(new QLineEdit)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    setWindowTitle(purpose == For::Run ? tr("Run on a cluster") : tr("Attach to a run"));
    setMinimumWidth(int(440 * theme.fontScale()));
    auto *hint =
        makeLabel(purpose == For::Run
                      ? tr("Steps that work on each batch by itself get workers on other machines, which “millrace "
                           "worker” starts there; all else stays here.")
                      : tr("Shows a run that goes on elsewhere. Nothing of it is changed from here. Where several "
                           "are under way, name one: CLUSTER/RUN."),
                  "muted");
    hint->setWordWrap(true);
    auto *label = makeLabel(tr("&Cluster, or its address"));
    label->setBuddy(m_cluster);
    m_cluster->setEditable(true);
    m_cluster->setInsertPolicy(QComboBox::NoInsert);
    m_cluster->setAccessibleName(tr("Cluster, or its address"));
    m_cluster->lineEdit()->setPlaceholderText(QStringLiteral("redis://HOST/RUN"));
    m_problem->setWordWrap(true);
    m_new = makeNew(theme);
    auto *choice = new QHBoxLayout;
    choice->addWidget(m_cluster, 1);
    choice->addWidget(m_add);
    auto *cancel = new QPushButton(tr("Cancel"));
    m_go->setObjectName(QStringLiteral("go"));
    setStyleFlag(*m_go, "primary", true);
    m_go->setDefault(true);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_go);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(10);
    column->addWidget(hint);
    column->addWidget(label);
    column->addLayout(choice);
    column->addWidget(m_new);
    column->addWidget(m_problem);
    column->addStretch(1);
    column->addLayout(buttons);
    connect(m_cluster, &QComboBox::editTextChanged, this, &ClusterDialog::check);
    connect(m_add, &QPushButton::clicked, this, [this] { showNew(true); });
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &QDialog::accept);
    connect(this, &QDialog::accepted, this, [this] { Q_EMIT chosen(cluster()); });
    fill();
    showNew(false);
    check();
    m_cluster->setFocus();
}

QWidget *ClusterDialog::makeNew(Theme &theme)
{
    auto *fields = new QWidget;
    auto *form = new QFormLayout(fields);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(int(6 * theme.fontScale()));
    const auto add = [form](const QString &name, QLineEdit *field, const QString &example) {
        field->setAccessibleName(QString(name).remove(QLatin1Char('&')));
        field->setPlaceholderText(example);
        form->addRow(name, field);
    };
    add(tr("&Name"), m_name, QStringLiteral("farm"));
    add(tr("Add&ress"), m_address, QStringLiteral("redis://queue.example:6379"));
    add(tr("&User"), m_user, tr("none"));
    add(tr("Se&cret in the file"), m_secretFile, tr("none"));
    auto *keep = new QPushButton(tr("Keep it"));
    keep->setObjectName(QStringLiteral("keep"));
    keep->setAutoDefault(false);
    form->addRow(QString(), keep);
    connect(keep, &QPushButton::clicked, this, &ClusterDialog::keepNew);
    return fields;
}

void ClusterDialog::fill()
{
    const QString before = m_cluster->currentText();
    m_cluster->clear();
    for (const std::string &name : ClusterSettings().names())
        m_cluster->addItem(toQString(name));
    if (!before.isEmpty())
        m_cluster->setEditText(before);
}

void ClusterDialog::showNew(bool isShown)
{
    m_new->setVisible(isShown);
    m_add->setEnabled(!isShown);
    if (isShown)
        m_name->setFocus();
    adjustSize();
}

QString ClusterDialog::cluster() const
{
    return m_cluster->currentText().trimmed();
}

void ClusterDialog::check()
{
    const QString text = cluster();
    const auto address = clusterCalled(toUtf8(text));
    m_go->setEnabled(address.has_value());
    // Nothing is wrong with what isn't written yet.
    m_problem->setText(address || text.isEmpty() ? QString() : toQString(address.error().message));
    m_problem->setVisible(!m_problem->text().isEmpty());
}

/// As a line of clusters.json, which knows where the secret is, not what it is.
void ClusterDialog::keepNew()
{
    const std::string name = toUtf8(m_name->text().trimmed()), address = toUtf8(m_address->text().trimmed());
    const auto tell = [this](const QString &sentence) {
        m_problem->setText(sentence);
        m_problem->show();
    };
    if (!isRunName(name))
        return tell(tr("A name has letters, digits, “-”, “_” and “.”."));
    if (const auto read = clusterAddressFrom(address); !read)
        return tell(toQString(read.error().message));
    else if (!read->secret.empty())
        return tell(tr("The secret would stand in the settings in plain: write it into a file, and name that below."));
    Members entry{{"address", Value(address)}};
    if (!m_user->text().trimmed().isEmpty())
        entry.emplace_back("user", Value(toUtf8(m_user->text().trimmed())));
    if (!m_secretFile->text().trimmed().isEmpty())
        entry.emplace_back("secret", Members{{"file", Value(toUtf8(m_secretFile->text().trimmed()))}});
    if (const auto kept = ClusterSettings().set(name, Value(std::move(entry))); !kept)
        return tell(toQString(kept.error().message));
    fill();
    m_cluster->setEditText(toQString(name));
    showNew(false);
    check();
    m_go->setFocus();
}

} // namespace millrace
