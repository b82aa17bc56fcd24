// Generated from /openapi/console.json by openapi-typescript (generate.mjs): BLESS=1 testkits/run node writes it anew.
export interface components {
    schemas: {
        AnnouncedMaintenance: {
            api?: components["schemas"]["Api"] | null;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
        };
        /**
         * @description An API behind the gateway.
         * @enum {string}
         */
        Api: "ficoba" | "r2p" | "sfip";
        ClientBundle: {
            /** @description The authority that signed the server's certificate (PEM) */
            ca: string;
            /** @description The client's certificate (PEM) */
            certificate: string;
            /** @description client_id at the token endpoint */
            consumer_key: string | null;
            /** @description client_secret at the token endpoint */
            consumer_secret: string | null;
            /** @description Its key (PEM, PKCS#8) */
            key: string;
            /** @description The convention's id; null for a certificate that is no partner's */
            partner: string | null;
            /** @description Key, certificate and authority (PKCS#12, base64) */
            pkcs12: string;
            /** @description The password of pkcs12 */
            pkcs12_password: string;
            /** @description What siretDemandeur must be */
            siret: string | null;
        };
        Clock: {
            frozen: boolean;
            /** Format: date-time */
            now: string;
            /**
             * Format: int64
             * @description How far ahead of the system's time
             */
            offset_seconds: number;
        };
        ClockOrder: {
            /**
             * @description ISO 8601 duration, negative ones too
             * @example PT61M
             */
            advance?: string | null;
            frozen?: boolean | null;
            /** Format: date-time */
            now?: string | null;
        };
        Closing: {
            cause: components["schemas"]["ClosingCause"];
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
        };
        /**
         * @description Why an API is closed.
         * @enum {string}
         */
        ClosingCause: "daily-closure" | "tail" | "maintenance" | "incident" | "announced";
        /**
         * @description A control, in the order of the CGU.
         * @enum {string}
         */
        Control: "certificate" | "address" | "technical-id" | "identity" | "rights" | "quota";
        Convention: {
            application: {
                id_teleservice?: string;
                key?: string;
                name?: string;
            };
            certificates: {
                common_name?: string;
                fingerprint?: string;
                /** Format: date */
                from?: string;
                issuer?: string;
                subject?: string;
                /** Format: date */
                until?: string;
            }[];
            explanation: string;
            ficoba?: {
                establishment?: string;
                modalities?: ("iban" | "spi" | "siret-siren" | "personne-physique" | "personne-morale" | "iban-siret-siren" | "iban-personne-physique" | "iban-personne-morale")[];
                motifs?: string[];
                quota?: number;
                scopes?: ("dgfip_ficoba_etat_civil_denomination" | "dgfip_ficoba_adresse" | "dgfip_ficoba_compte" | "dgfip_ficoba_etablissement_bancaire" | "dgfip_ficoba_date" | "dgfip_ficoba_restitution_verification" | "dgfip_ficoba_nombre_comptes" | "dgfip_ficoba_iban" | "dgfip_ficoba_date_ouverture" | "dgfip_ficoba_motif_ouverture")[];
            };
            id: string;
            /**
             * @description The state that was imposed, whatever the dates say
             * @enum {string}
             */
            imposed?: "not-begun" | "in-force" | "suspended" | "ended";
            life: {
                /** Format: date */
                begins?: string;
                /** Format: date */
                ended_on?: string;
                /** Format: date */
                homologation_until?: string;
                /** Format: date */
                notice_on?: string;
                /** Format: date */
                questionnaire_on?: string;
                /** Format: date */
                resumed_on?: string;
                /** Format: date */
                suspended_on?: string;
            };
            networks: string[];
            organisation: string;
            quotas: {
                [key: string]: number | null;
            };
            r2p?: {
                /** @enum {string} */
                legal_basis?: "decret-2022-814" | "autre";
                modes?: ("etat-civil-complet" | "etat-civil-degrade" | "etat-civil-adresse" | "spi")[];
                quota?: number;
                restitution?: ("etat-civil-adresse-spi" | "spi" | "etat-civil-adresse") | {
                    /** @enum {string} */
                    "etat-civil-adresse"?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                    /** @enum {string} */
                    "etat-civil-complet"?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                    /** @enum {string} */
                    "etat-civil-degrade"?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                    /** @enum {string} */
                    spi?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                };
                scopes?: ("api_r2p_recherche_personne_physique" | "api_r2p_resolution_spi")[];
            };
            scopes: string[];
            sfip?: {
                quota?: number;
                scopes?: ("sfip_lep" | "sfip_donnees_fiscales_usagers")[];
            };
            siret: string;
            /** @enum {string} */
            state: "not-begun" | "in-force" | "suspended" | "ended";
            title: string;
        };
        ConventionPatch: {
            application?: {
                id_teleservice?: string;
                key?: string;
                name?: string;
                secret?: string;
            };
            certificates?: {
                common_name?: string;
                fingerprint?: string;
                /** Format: date */
                from?: string;
                issuer?: string;
                subject?: string;
                /** Format: date */
                until?: string;
            }[];
            ficoba?: {
                establishment?: string;
                modalities?: ("iban" | "spi" | "siret-siren" | "personne-physique" | "personne-morale" | "iban-siret-siren" | "iban-personne-physique" | "iban-personne-morale")[];
                motifs?: string[];
                quota?: number | null;
                scopes?: ("dgfip_ficoba_etat_civil_denomination" | "dgfip_ficoba_adresse" | "dgfip_ficoba_compte" | "dgfip_ficoba_etablissement_bancaire" | "dgfip_ficoba_date" | "dgfip_ficoba_restitution_verification" | "dgfip_ficoba_nombre_comptes" | "dgfip_ficoba_iban" | "dgfip_ficoba_date_ouverture" | "dgfip_ficoba_motif_ouverture")[];
            } | null;
            life?: {
                /** Format: date */
                begins?: string | null;
                /** Format: date */
                ended_on?: string | null;
                /** Format: date */
                homologation_until?: string | null;
                /** Format: date */
                notice_on?: string | null;
                /** Format: date */
                questionnaire_on?: string | null;
                /** Format: date */
                resumed_on?: string | null;
                /** Format: date */
                suspended_on?: string | null;
            };
            networks?: string[];
            organisation?: string;
            /** @description Calls per minute of each API; null for those that the file has */
            quotas?: {
                ficoba?: number | null;
                r2p?: number | null;
                sfip?: number | null;
            } | null;
            r2p?: {
                /** @enum {string} */
                legal_basis?: "decret-2022-814" | "autre";
                modes?: ("etat-civil-complet" | "etat-civil-degrade" | "etat-civil-adresse" | "spi")[];
                quota?: number | null;
                restitution?: ("etat-civil-adresse-spi" | "spi" | "etat-civil-adresse") | {
                    /** @enum {string} */
                    "etat-civil-adresse"?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                    /** @enum {string} */
                    "etat-civil-complet"?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                    /** @enum {string} */
                    "etat-civil-degrade"?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                    /** @enum {string} */
                    spi?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                };
                scopes?: ("api_r2p_recherche_personne_physique" | "api_r2p_resolution_spi")[];
            } | null;
            scopes?: string[];
            sfip?: {
                quota?: number | null;
                scopes?: ("sfip_lep" | "sfip_donnees_fiscales_usagers")[];
            } | null;
            siret?: string;
            /** @enum {string|null} */
            state?: "not-begun" | "in-force" | "suspended" | "ended" | null;
            title?: string;
        };
        /** @description The value to the letter, or what it is like */
        Criterion: string | number | {
            /**
             * @description * is any text, ? any one character
             * @example SCENARIO-*
             */
            pattern: string;
        };
        Delay: number | {
            max: number;
            min: number;
        };
        /** @description What is kept of a client certificate. */
        EntryCertificate: {
            /** @description SHA-256 of the DER, hexadecimal. */
            fingerprint: string;
            subject: string;
        };
        /** @description The verdict of one control. */
        EntryControl: {
            control: components["schemas"]["Control"];
            /** @description Why it refused, in French. */
            reason: string | null;
            /** @description `granted`, `refused`, `not-reached` or `not-asked`. */
            verdict: components["schemas"]["EntryVerdict"];
        };
        /** @description What is kept of a justification, which may name a person (FICOBA protocol v11, 2.3.1): nothing of its text. */
        EntryJustification: {
            /** @description A digest of the motif and the criteria that it justifies, under a key of this run, whatever the date and the text. */
            demand?: string;
            /** @description Its digest, under a key of this run: the same text has the same one, and it tells nothing else. */
            hash: string;
            /** @description What the whole text is, when it is an identifier and no justification: `spi`, `iban`. */
            identifier?: string;
            /** @description How many characters it has. */
            length: number;
        };
        /**
         * @description What kind of event an entry tells.
         * @enum {string}
         */
        EntryKind: "request" | "handshake" | "connection" | "start" | "recette" | "store" | "tokens";
        /** @description Who made a call, where it is not the partner's application. */
        EntryMade: {
            /** @description Which part of bacasable. */
            by: components["schemas"]["Maker"];
            /** @description Which run of it. */
            run: string;
        };
        /** @description A case of the recette that begins or ends. */
        EntryMark: {
            /** @description The id of the case. */
            case: string;
            /** @description Which of the two. */
            step: components["schemas"]["RecetteStep"];
        };
        /** @description The state of the quota after a call. */
        EntryQuota: {
            /**
             * Format: int64
             * @description Calls per minute.
             */
            limit: number;
            /**
             * Format: int64
             * @description Calls admitted this minute.
             */
            used: number;
        };
        /** @description Why an API or the token endpoint refused: what was answered, what would have been right, and of what came its length and its classes of characters, never a value. */
        EntryRefusal: {
            /** @description The attribute, the parameter, the header or the field at fault. */
            attribute?: string;
            /** @description The lasting name of the mistake, where several are answered the same code. */
            cause?: string;
            expected?: string;
            /** @description What else explains it, a sentence without its full stop. */
            explanation?: string;
            /** @description The message that was answered. */
            message: string;
            /** @description What kind of thing came. */
            received?: string;
        };
        /** @description What a server says of itself when it starts: enough to judge its entries without it. */
        EntryRun: {
            /**
             * Format: int64
             * @description How many generated people live in it.
             */
            population: number;
            /**
             * Format: int32
             * @description What a seed means in this program; 0 in journals that do not say.
             */
            register: number;
            /** @description Whether it shares a store with others: numbers that are missing in its file are then those of their entries. */
            replica?: boolean;
            /**
             * Format: int64
             * @description The seed of the register.
             */
            seed: number;
            /** @description The settings that differ from their defaults, as the file would write them; no secret. */
            settings: string[][];
            /** @description The version of the program. */
            version: string;
        };
        /**
         * @description The four ends of a control.
         * @enum {string}
         */
        EntryVerdict: "granted" | "refused" | "not-reached" | "not-asked";
        /** @description What a call answers: the HTTP status, and whatever else is given must hold too. */
        Expectation: {
            /** @description `nombreComptes` of each answer, in order */
            accounts?: string[];
            /** @description `nombreReponses` */
            answers?: string;
            /** @description Members of the answer, with their values */
            body?: Record<string, never>;
            /** @description `dateCloture` of a verification */
            closed?: string;
            /** @description The code of `messageInformatif` or of `erreur` */
            code?: string;
            /** @description `ibanExistant` */
            exists?: string;
            /** @description `nRep` */
            found?: string;
            /** @description The birth name or registered name of each of all `ayantsDroits`, in any order */
            holders?: string[];
            /** @description Every `iban` of the answer, in any order */
            ibans?: string[];
            /** @description `identifiant.spi` */
            spi?: string;
            /**
             * Format: int32
             * @description The HTTP status
             */
            status: number;
        };
        Fault: {
            /** @example f1 */
            id: string;
            /** Format: int64 */
            left?: number | null;
            match: components["schemas"]["Target"];
            outcome: components["schemas"]["Outcome"];
            /** Format: double */
            probability?: number | null;
            /** Format: int64 */
            struck: number;
            /** Format: int64 */
            times?: number | null;
        };
        /** @description An order as it is written: `POST /admin/v1/faults`. */
        FaultOrder: {
            /** @description Which requests. */
            match?: components["schemas"]["Target"];
            /** @description What happens. */
            outcome: components["schemas"]["Outcome"];
            /**
             * Format: double
             * @description How often it applies to what it matches; when absent, once in ten for an incident, always for anything else.
             */
            probability?: number | null;
            /**
             * Format: int64
             * @description How many times; until it is removed when absent.
             */
            times?: number | null;
        };
        Forgotten: {
            forgotten: number;
        };
        Gateway: {
            /** @description Its URL, by the host name that the console was asked by */
            url: string;
        };
        IssuedKeys: {
            /**
             * Format: int64
             * @description Seconds
             */
            expires_in: number;
            keys: string[];
            run: string;
        };
        /** @description One event at the gateway. */
        JournalEntry: {
            /** @description Where it came from. */
            address?: string;
            /**
             * Format: int32
             * @description How many answers came back.
             */
            answers?: number;
            api: components["schemas"]["Api"] | null;
            /**
             * Format: int64
             * @description Microseconds from the start of the run to the request's headers, monotonic: what followed what, whatever the product's clock does.
             */
            arrived_us: number;
            /** @description Whether it came in before a reset and ended after it: it is of the earlier run, and in the file alone. */
            before_reset?: boolean;
            /** @description The lasting name of the first refusal by a control: `certificate-expired`, `token-revoked`, `quota-used-up`... */
            cause?: string;
            /** @description The client certificate. */
            certificate?: components["schemas"]["EntryCertificate"];
            /** @description The code in the answer: the gateway's, CAT, CAF, R2P's, or an OAuth2 error. */
            code: string | null;
            /** @description The request's `Content-Encoding`. */
            content_encoding?: string;
            /** @description The context under which the API was called, where it has several. */
            context?: string;
            /** @description The verdict of each control, in order. */
            controls: components["schemas"]["EntryControl"][];
            /** @description The request's correlation identifier, or the one made for it. */
            correlation_id: string;
            /** @description Whether the request brought no correlation identifier, so that one was made. */
            correlation_made?: boolean;
            /** @description The kinds of criteria given: names of attributes, never values. */
            criteria?: string[];
            /** @description A digest of what was asked, under a key of this run: the same request has the same one, and it tells nothing else. */
            digest?: string;
            /**
             * Format: int64
             * @description Microseconds from the request's headers to the answer, monotonic.
             */
            duration_us: number;
            /** @description The environment that was rehearsed, where it is not production: `bac-a-sable`. */
            environment?: string;
            /** @description The fault that was injected: the id of an order or of a scenario. */
            fault?: string;
            /**
             * Format: int32
             * @description The version of the entry's shape; 0 where a file does not say.
             */
            format: number;
            /** @description Whether the console's page made the call in the partner's name: it tells nothing about the partner's client. */
            from_console?: boolean;
            /** @description The version of HTTP: `HTTP/1.0`, `HTTP/1.1`, `HTTP/2`. */
            http?: string;
            /** @description What is kept of the demand's justification. */
            justification?: components["schemas"]["EntryJustification"];
            /** @description What it is. */
            kind: components["schemas"]["EntryKind"];
            /** @description The part of bacasable that made the call, or marked the case, for itself: it tells nothing about the partner's client. */
            made?: components["schemas"]["EntryMade"];
            /** @description The case of the recette that begins or ends, in an entry of that kind. */
            mark?: components["schemas"]["EntryMark"];
            /** @description The HTTP method. */
            method?: string;
            /** @description The lasting name of a mistake that the answer says nothing of: `wrong-key`, `birth-to-come`, `other-certificate`, `nothing-revoked`. */
            mistake?: string;
            /** @description The motif, as sent. */
            motif?: string;
            /**
             * Format: date-time
             * @description When the caller was told that it may come back.
             */
            next_access?: string;
            /** @description The simulated gateway that it came to, from 1 */
            node?: number;
            /** @description What happened, where the rest does not say it: a failed handshake, a fault that was injected. */
            note?: string;
            /** @description The operation: that of the resource, or `token`, `revoke`, `jwks`. */
            operation: string | null;
            /** @description The partner, once the certificate named one. */
            partner: string | null;
            /**
             * Format: int32
             * @description The port it came from: tells connections apart. 0 behind a trusted proxy.
             */
            port?: number;
            /** @description The quota after this call. */
            quota?: components["schemas"]["EntryQuota"];
            /** @description The reference given to the demand. */
            reference?: string;
            /** @description Why the API or the token endpoint refused. */
            refusal?: components["schemas"]["EntryRefusal"];
            /** @description The replica that wrote it down, where it is another one. */
            replica?: string;
            /** @description The request's `X-Request-ID`. */
            request_id?: string;
            /** @description The keys restituted: names, never values. */
            restituted?: string[];
            /** @description Whether its connection resumed an earlier TLS session instead of a full handshake. */
            resumed?: boolean;
            /** @description What started, in an entry of that kind. */
            run?: components["schemas"]["EntryRun"];
            /**
             * Format: int64
             * @description Its number, from 0, in the order of the answers.
             */
            sequence: number;
            /**
             * Format: int32
             * @description The HTTP status; none when the client went away or the connection was dropped.
             */
            status: number | null;
            /** @description Where the gateway itself stopped a call that no control refused: `routage`, for want of an API, a path, a method or a correlation identifier. */
            step?: string;
            /**
             * Format: date-time
             * @description The product's time when it came in.
             */
            time: string;
            /** @description The version of TLS: `TLSv1.3`, `TLSv1.2`. */
            tls?: string;
            /** @description The identifier of the token that control 3 accepted, or that was issued or revoked; never the token. */
            token?: string;
            /** @description The request's `User-Agent`. */
            user_agent?: string;
            /** @description The trusted proxy that spoke for it, if one did. */
            via?: string;
            /** @description The kinds of identifiers in the request that look like those of the real world: `iban`, `spi`, `siren`, `siret`. */
            vigilance?: string[];
        };
        /** @description How journal.file fares */
        JournalFile: {
            /** @description Why the last attempt failed, or for how long the disk has not answered; null while all is well */
            fault: string | null;
            /**
             * Format: int64
             * @description Entries that never will be
             */
            lost: number;
            path: string;
            /** @description Entries that wait to be written */
            pending: number;
            policy: components["schemas"]["JournalPolicy"];
            /**
             * Format: int64
             * @description Entries written by this run
             */
            written: number;
        };
        JournalPage: {
            entries: components["schemas"]["JournalEntry"][];
            file: components["schemas"]["JournalFile"] | null;
            /** @description How many the filter wants after these */
            left: number;
            /** Format: int64 */
            next: number;
            total: number;
        };
        /**
         * @description What an answer owes to the journal's file.
         * @enum {string}
         */
        JournalPolicy: "buffered" | "strict";
        KeyOrder: {
            by: components["schemas"]["Maker"];
            count?: number | null;
            /** @description Which run; a new one when it is left out */
            run?: string | null;
        };
        /**
         * @description Which part of bacasable made a call.
         * @enum {string}
         */
        Maker: "recette-play" | "call" | "parity-compare";
        MintedToken: {
            access_token: string;
            /** Format: date-time */
            expires_at: string;
            /** Format: int64 */
            expires_in: number;
            id: string;
            partner: string;
            scope: string;
            token_type: string;
        };
        /**
         * Format: int32
         * @description A number of minutes, twelve hours at most.
         */
        Minutes: number;
        OneProblem: {
            detail: string;
            pointer?: string;
        };
        /** @description One of code, status, drop, truncate, html; delay_ms alone or beside another, html alone or with a status; retry_after, the seconds of Retry-After, beside code, status or html */
        Outcome: {
            code?: (string | number) | null;
            delay_ms?: components["schemas"]["Delay"] | null;
            drop?: true | null;
            html?: true | null;
            incident?: true | null;
            /**
             * @description Which of the API's messages for that status; its default one when absent.
             * @example Nombre incorrect de paramètres
             */
            message?: string | null;
            /**
             * Format: int64
             * @description `Retry-After`, in seconds from the answer.
             */
            retry_after?: number | null;
            /**
             * Format: int32
             * @description An HTTP status.
             */
            status?: number | null;
            truncate?: true | null;
        };
        /**
         * Format: int32
         * @description A share of calls: 1 to 100 of a hundred.
         */
        Percent: number;
        Persona: {
            calls: components["schemas"]["PersonaCall"][];
            id: string;
            kind: components["schemas"]["PersonaKind"];
            shows: string[];
            story: string;
            title: string;
        };
        PersonaCall: {
            api: components["schemas"]["Api"];
            expect: components["schemas"]["Expectation"];
            motif?: string;
            operation: string;
            parameters: Record<string, never>;
            partner: string;
            shows: string;
        };
        /** @enum {string} */
        PersonaKind: "person" | "company" | "group" | "accounts";
        Problem: {
            detail: string;
            /** @description Every fault, when there may be several */
            errors?: components["schemas"]["OneProblem"][];
            /** @description The parameter of the query at fault */
            parameter?: string;
            /** @description JSON pointer to the fault in the body */
            pointer?: string;
            /** Format: int32 */
            status: number;
            title: string;
            type: string;
        };
        /**
         * @description When the APIs are open.
         * @enum {string}
         */
        Profile: "open" | "cgu" | "incident";
        Quota: {
            api: components["schemas"]["Api"];
            /** Format: int64 */
            limit: number;
            /** @description What each simulated gateway admitted; used is the sum of all */
            nodes?: number[];
            partner: string;
            /** Format: date-time */
            resets_at: string;
            /** Format: int64 */
            used: number;
        };
        QuotaOrder: {
            api: components["schemas"]["Api"];
            partner: string;
            /**
             * Format: int64
             * @description From 0 to the limit; the limit is the convention's
             */
            used: number;
        };
        /** @description What, who, and the decisions; every text is one line of bounded length. */
        RecetteAbout: {
            /** @description The application that was rehearsed. */
            application?: string | null;
            application_version?: string | null;
            campaign?: string | null;
            /** @description Who checked it. */
            checked_by?: string | null;
            /** @description The decisions that were replaced or withdrawn, in the order in which they were. */
            former?: components["schemas"]["RecetteFormer"][];
            /** @description What was decided of cases. */
            remarks?: components["schemas"]["RecetteRemark"][];
            /** @description Who answers for it. */
            responsible?: string | null;
            /** @description Who played it. */
            tester?: string | null;
        };
        /** @description What is to be said in the place of what is: a member that is absent stays as it is, a text that is `null` is taken away. */
        RecetteAboutChange: {
            /** @description The application that was rehearsed. */
            application?: string | null;
            application_version?: string | null;
            campaign?: string | null;
            /** @description Who checked it. */
            checked_by?: string | null;
            /** @description Nobody says it, so that it is read and left: a document that was read here may be sent back whole. */
            former?: components["schemas"]["RecetteFormer"][];
            /** @description What was decided of cases. */
            remarks?: components["schemas"]["RecetteRemark"][];
            /** @description Who answers for it. */
            responsible?: string | null;
            /** @description Who played it. */
            tester?: string | null;
            /** @description Why decisions are withdrawn that are no more among the remarks: a refusal is not without a reason. */
            withdrawal?: string | null;
        };
        /**
         * @description A decision about a case.
         * @enum {string}
         */
        RecetteDecision: "accepted" | "reserved" | "refused";
        /** @description A decision that is no more. */
        RecetteFormer: {
            /** @description Why it was withdrawn. */
            comment?: string | null;
            decision: components["schemas"]["RecetteRemark"];
            /**
             * Format: date-time
             * @description The same on the system's clock.
             */
            real_until?: string | null;
            /**
             * Format: date-time
             * @description When it was replaced or withdrawn, on the product's clock.
             */
            until: string;
            /** @description Who replaced or withdrew it. */
            until_by?: string | null;
        };
        RecetteMark: {
            case: string;
            partner: string;
            step: components["schemas"]["RecetteStep"];
        };
        RecettePartner: {
            applicable: number;
            awaiting: number;
            broken: string[];
            conforming: number;
            not_conforming: number;
            not_seen: number;
            organisation: string;
            partner: string;
            percent: number;
            seen: number;
            to_confirm: number;
            vigilance: string[];
        };
        /** @description What was decided of a case. */
        RecetteRemark: {
            /**
             * Format: date-time
             * @description When, on the product's clock.
             */
            at?: string | null;
            /** @description Who took it. */
            by?: string | null;
            /** @description The case's id. */
            case: string;
            comment?: string | null;
            decision: components["schemas"]["RecetteDecision"];
            /**
             * Format: date
             * @description By when it is to be lifted.
             */
            due?: string | null;
            /** @description The journal's entry that it was taken about, as its proof names it. */
            proof?: string | null;
            /**
             * Format: date-time
             * @description When, on the system's clock; decisions that were kept before it was do not say.
             */
            real_at?: string | null;
            severity?: components["schemas"]["RecetteSeverity"] | null;
        };
        /**
         * @description How grave a reservation is.
         * @enum {string}
         */
        RecetteSeverity: "minor" | "major" | "blocking";
        /**
         * @description The two ends of a rehearsed case.
         * @enum {string}
         */
        RecetteStep: "begin" | "end";
        RecetteWhose: {
            /** @description That of a run of bacasable's own, from POST keys */
            key?: string | null;
            partner: string;
        };
        Removed: {
            removed: number;
        };
        /** @description What was reset, and of whom when not of all. */
        Reset: {
            partner?: string;
            reset: string[];
        };
        /**
         * @description What can be reset apart.
         * @enum {string}
         */
        ResetKind: "journal" | "quotas" | "tokens" | "clock" | "faults" | "conventions" | "service" | "fixtures" | "references";
        ResetOrder: {
            only?: components["schemas"]["ResetKind"][] | null;
            partner?: string | null;
        };
        Revoked: {
            revoked: number;
        };
        Scenario: {
            id: string;
            outcome: components["schemas"]["Outcome"];
            /** Format: double */
            probability?: number | null;
            /** Format: int64 */
            struck: number;
            title: string;
            when: components["schemas"]["Target"][];
        };
        Service: {
            announced: components["schemas"]["AnnouncedMaintenance"][];
            /** @example 01:00 */
            closing: string;
            incident_percent: components["schemas"]["Percent"];
            profile: components["schemas"]["Profile"];
            services: components["schemas"]["ServiceOfApi"][];
            tail_minutes: components["schemas"]["Minutes"];
        };
        ServiceOfApi: {
            api: components["schemas"]["Api"];
            cause?: components["schemas"]["ClosingCause"];
            closings: components["schemas"]["Closing"][];
            open: boolean;
            /** Format: date-time */
            until?: string;
        };
        ServiceOrder: {
            announced?: components["schemas"]["AnnouncedMaintenance"][] | null;
            /** @example 01:00 */
            closing?: string | null;
            incident_percent?: components["schemas"]["Percent"] | null;
            profile?: components["schemas"]["Profile"] | null;
            tail_minutes?: components["schemas"]["Minutes"] | null;
        };
        /** @description What `dataset show` tells of a persona or of what an identifier names. */
        Sheet: {
            /** @description The accounts on which they have a right; absent for a group */
            comptes?: Record<string, never>[];
            /** @description Of a person with an income of the year before the register's day that is assessed, theirs or that of whom they depend on */
            imposition?: Record<string, never>;
            /** @description Of a group: each member, and their accounts */
            membres?: Record<string, never>[];
            /** @description The persona's id; empty for the generated population */
            persona: string;
            /** @description The person */
            personne?: Record<string, never>;
            /** @description The company */
            societe?: Record<string, never>;
        };
        /** @description A target as it is written; what is absent does not matter. */
        Target: {
            api?: components["schemas"]["Api"] | null;
            /** @description What the request must hold: attributes of the body by their path or its end, parameters of query, path or form. */
            criteria?: {
                [key: string]: components["schemas"]["Criterion"];
            };
            /**
             * @description The operation, by its name in the journal; the gateway's own (`token`, `revoke`, `jwks`) must be named.
             * @example numCpte
             */
            operation?: string | null;
            /**
             * @description The partner whose certificate calls.
             * @example editeur-demo
             */
            partner?: string | null;
        };
        Token: {
            /** Format: date-time */
            expires_at: string;
            id: string;
            /** Format: date-time */
            issued_at: string;
            partner: string | null;
            scopes: string[];
        };
        TokenOrder: {
            expires_in?: number | null;
            partner: string;
            scopes?: string[] | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
